# SPDX-License-Identifier: MIT
# run.sh COMMAND TEST : run a test of the command in an empty folder, with an
# empty home. Prints the line that reruns it when it fails.
SEIGR=$1
here=$(dirname "$2")
test=$2
folder=$(mktemp -d "${TMPDIR:-/tmp}/seigr-tool-XXXXXX") || exit 1
trap 'rm -rf "$folder"' EXIT
unset NO_COLOR XDG_DATA_HOME
SEIGR_HOME=$folder/home
HOME=$folder/user
TMPDIR=$folder/tmp
LC_ALL=C.UTF-8
export SEIGR SEIGR_HOME HOME TMPDIR LC_ALL
mkdir "$HOME" "$TMPDIR" "$folder/work"
cd "$folder/work" || exit 1
case $test in
/*) ;;
*) test=$OLDPWD/$test here=$OLDPWD/$here ;;
esac
(
    golden=$here/../golden
    # shellcheck source=tests/tool/lib.sh
    . "$here/lib.sh"
    # shellcheck source=/dev/null
    . "$test"
    finish
)
status=$?
case $status in
0 | 77) ;;
*) echo "rerun: sh $here/run.sh $SEIGR $test" ;;
esac
exit $status
