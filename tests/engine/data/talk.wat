;; talk.wat: programs that send and receive, for the tests of groups.
(module
  (import "seigr" "send" (func $send (param i32 i32 i32) (result i32)))
  (import "seigr" "receive" (func $receive (param i32 i32 i32) (result i32)))
  (import "seigr" "channel_count" (func $count (result i32)))
  (import "seigr" "channel_room" (func $room (param i32) (result i32)))
  (import "seigr" "output_write" (func $write (param i32 i32) (result i32)))
  (memory (export "memory") 1)

  ;; 0, 1, ... 499 into handle 0, each in a message of 4 + n % 40 bytes
  (func (export "source") (local $n i32)
    (loop
      (i32.store (i32.const 0) (local.get $n))
      (if (call $send (i32.const 0) (i32.const 0)
                      (i32.add (i32.const 4) (i32.rem_u (local.get $n)
                                                        (i32.const 40))))
        (then (unreachable)))
      (local.set $n (i32.add (local.get $n) (i32.const 1)))
      (br_if 0 (i32.lt_u (local.get $n) (i32.const 500)))))

  ;; from handle 0 to handle 1, adding one
  (func (export "relay") (local $len i32)
    (loop
      (local.set $len (call $receive (i32.const 0) (i32.const 0)
                                     (i32.const 64)))
      (if (i32.lt_s (local.get $len) (i32.const 0)) (then (return)))
      (i32.store (i32.const 0) (i32.add (i32.load (i32.const 0))
                                        (i32.const 1)))
      (if (call $send (i32.const 1) (i32.const 0) (local.get $len))
        (then (unreachable)))
      (br 0)))

  ;; everything from each handle in turn to the output, until one ends
  (func (export "sink") (local $handle i32) (local $len i32)
    (loop
      (local.set $len (call $receive (local.get $handle) (i32.const 0)
                                     (i32.const 4)))
      (if (i32.lt_s (local.get $len) (i32.const 0)) (then (return)))
      (drop (call $write (i32.const 0) (i32.const 4)))
      (local.set $handle (i32.rem_u (i32.add (local.get $handle)
                                             (i32.const 1))
                                    (call $count)))
      (br 0)))

  ;; one message to begin with, then back and forth 100 times
  (func (export "serve") (local $n i32)
    (drop (call $send (i32.const 0) (i32.const 0) (i32.const 4)))
    (call $play))
  (func $play (export "play") (local $n i32)
    (loop
      (drop (call $receive (i32.const 1) (i32.const 0) (i32.const 4)))
      (i32.store (i32.const 0) (i32.add (i32.mul (i32.load (i32.const 0))
                                                 (i32.const 5))
                                        (local.get $n)))
      (drop (call $send (i32.const 0) (i32.const 0) (i32.const 4)))
      (local.set $n (i32.add (local.get $n) (i32.const 1)))
      (br_if 0 (i32.lt_u (local.get $n) (i32.const 100))))
    (drop (call $write (i32.const 0) (i32.const 4))))

  ;; nothing at all, at once; or a trap
  (func (export "deaf"))
  (func (export "trap") (unreachable))

  ;; what mistakes are answered with
  (func $note (param i32)
    (i32.store (i32.const 100) (local.get 0))
    (drop (call $write (i32.const 100) (i32.const 4))))
  (func (export "mistakes")
    (call $note (call $count))
    (call $note (call $room (i32.const 0)))
    (call $note (call $room (i32.const 9)))
    (call $note (call $send (i32.const 9) (i32.const 0) (i32.const 0)))
    (call $note (call $send (i32.const 1) (i32.const 0) (i32.const 0)))
    (call $note (call $receive (i32.const 0) (i32.const 0) (i32.const 0)))
    (call $note (call $send (i32.const 0) (i32.const 65530) (i32.const 9)))
    (call $note (call $receive (i32.const 1) (i32.const -4) (i32.const 8)))
    (call $note (call $send (i32.const 0) (i32.const 0) (i32.const 65533)))
    (call $note (call $send (i32.const 0) (i32.const 0) (i32.const 0)))
    (call $note (call $receive (i32.const 1) (i32.const 0) (i32.const 0)))
    (call $note (call $receive (i32.const 1) (i32.const 0) (i32.const 9)))
    (call $note (call $receive (i32.const 1) (i32.const 0) (i32.const 9)))))
