# SPDX-License-Identifier: MIT
# docs.sh TOP : every link between the project's own pages leads somewhere,
# and docs/design/README.md names each reason.
cd "$1" || exit 1
status=0
pages=$(find . -name '*.md' -not -path './build/*' -not -path './.git/*')
for page in $pages; do
    folder=$(dirname "$page")
    # Code is no link.
    sed 's/`[^`]*`//g' "$page" | grep -o '](\([^)#]*\)' | cut -c 3- |
        while read -r link; do
            case $link in
            *://* | '') ;;
            *) [ -e "$folder/$link" ] || echo "$page: no $link" ;;
            esac
        done
done | grep . && status=1
for reason in docs/design/*.md; do
    name=$(basename "$reason")
    [ "$name" = README.md ] || grep -qF "]($name)" docs/design/README.md || {
        echo "docs/design/README.md: $name is not named"
        status=1
    }
done
exit $status
