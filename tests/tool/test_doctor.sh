# SPDX-License-Identifier: MIT
# The doctor finds what is wrong and says what to do.
need_python
expect 0 doctor
says "key        there is none"
make_key
expect 0 doctor
says "fine     version"
says "fine     library"
says "fine     key"
says "senary by"
says "free where $SEIGR_HOME is"
not_says problem
expect 0 doctor --json
same seigr.doctor/1 "$(json 'j["schema"]')" schema
same 9 "$(json 'len(j["checks"])')" checks
chmod 644 "$SEIGR_HOME/key"
expect 1 doctor
says "problem  key"
says "chmod 600 $SEIGR_HOME/key"
complains "1 problem found"
expect 1 doctor --json
same 1 "$(json 'j["exit"]')" exit
same problem "$(json '[c["status"] for c in j["checks"] if c["name"] == "key"][0]')" key
chmod 600 "$SEIGR_HOME/key"
chmod 755 "$SEIGR_HOME"
expect 0 doctor
says "warning  home"
chmod 777 "$SEIGR_HOME"
expect 1 doctor
says "problem  home"
says "chmod 700 $SEIGR_HOME"
chmod 700 "$SEIGR_HOME"
echo nonsense >"$SEIGR_HOME/key"
expect 1 doctor
expect 1 doctor -q
same "" "$out" "doctor -q"
