;; Calls of the host: values in and out, in the middle of expressions, and
;; one through the table.
(module
  (import "test" "mix" (func $mix (param i64 i32) (result i64)))
  (import "test" "note" (func $note (param i32)))
  (table funcref (elem $note $own))
  (memory 1)
  (func $own (param i32) (i32.store (i32.const 64) (local.get 0)))
  (func (export "run") (result i64)
    (local i64 i32)
    (loop $l
      (local.set 0
        (i64.add (call $mix (i64.add (local.get 0) (i64.const 3)) (local.get 1))
                 (call $mix (i64.const 1) (i32.load (i32.const 64)))))
      (call_indirect (param i32) (i32.add (local.get 1) (i32.const 5))
                     (i32.and (local.get 1) (i32.const 1)))
      (local.set 1 (i32.add (local.get 1) (i32.const 1)))
      (br_if $l (i32.lt_u (local.get 1) (i32.const 5))))
    (call $note (i32.const 99))
    (local.get 0)))
