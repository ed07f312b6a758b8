;; run.wat: small entries for the tests of runs.
(module
  (import "wasi_snapshot_preview1" "fd_write"
    (func $write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "random_get"
    (func $random (param i32 i32) (result i32)))
  (import "seigr" "checkpoint" (func $hint))
  (memory (export "memory") 1 40)
  (data (i32.const 0) "hello\0a")
  (func (export "_start") (drop (i32.add (i32.const 1) (i32.const 2))))
  (func (export "trap") (unreachable))
  (func (export "loop") (loop (br 0)))
  (func (export "params") (param i32))
  ;; "hello" 20 times, growing and hinting in between
  (func (export "write") (local $i i32)
    (i32.store (i32.const 16) (i32.const 0))
    (i32.store (i32.const 20) (i32.const 6))
    (loop
      (drop (call $write (i32.const 1) (i32.const 16) (i32.const 1)
                         (i32.const 24)))
      (drop (memory.grow (i32.const 1)))
      (drop (call $random (i32.const 32) (i32.const 100)))
      (i32.store (i32.mul (local.get $i) (i32.const 65536))
                 (i32.load (i32.const 32)))
      (i32.store (i32.const 0) (i32.const 0x6c6c6568))
      (call $hint)
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if 0 (i32.lt_u (local.get $i) (i32.const 20)))))
  ;; more output than is allowed: fd_write's errno becomes a trap
  (func (export "flood")
    (i32.store (i32.const 16) (i32.const 0))
    (i32.store (i32.const 20) (i32.const 60000))
    (loop
      (if (call $write (i32.const 1) (i32.const 16) (i32.const 1)
                       (i32.const 24))
        (then (unreachable)))
      (br 0))))
