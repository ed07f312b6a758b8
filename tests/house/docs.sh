# SPDX-License-Identifier: MIT
# docs.sh TOP : every link between the project's own pages leads somewhere,
# and the indexes of docs/design and docs/spec name each.
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
for folder in docs/design docs/spec; do
    for page in "$folder"/*.md; do
        name=$(basename "$page")
        [ "$name" = README.md ] || grep -qF "]($name)" "$folder/README.md" || {
            echo "$folder/README.md: $name is not named"
            status=1
        }
    done
done
exit $status
