# SPDX-License-Identifier: Apache-2.0
"""Tables of a page that a program writes: between `<!-- table NAME -->` and the next
`<!-- end -->`."""
import re
import sys


def write_table(page, name, lines):
    """Replaces a table of the page, a Path; the text around it stays."""
    text = page.read_text()
    block = re.compile(rf"( *<!-- table {name} -->\n).*?(\n *<!-- end -->)", re.S)
    if not block.search(text):
        sys.exit(f"{page}: no <!-- table {name} -->")
    body = "\n".join(lines)
    page.write_text(block.sub(lambda found: found[1] + body + found[2], text, count=1))
