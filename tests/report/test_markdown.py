from markupsafe import Markup

from tesserec.report.markdown import escaped, markdown_table


def test_data_cannot_pass_for_markup():
    assert escaped("a|b_c*d* [x](y) `z` # ~1 \\") == r"a\|b\_c\*d\* \[x\](y) \`z\` \# \~1 " + "\\\\"
    assert escaped("<script>&amp;</script>") == "&lt;script&gt;&amp;amp;&lt;/script&gt;"
    assert escaped("one\n\n# two\tthree") == r"one \# two three"


def test_what_is_markdown_already_stays():
    assert escaped(Markup("**a**")) == "**a**"
    assert escaped(escaped("a|b")) == r"a\|b"


def test_a_table_has_a_cell_for_each_value_whatever_it_holds():
    table = markdown_table(("name", "n|m"), [("三体 | <b>", 1), ("a\nb", None)])
    assert table.split("\n") == [
        "| name | n\\|m |",
        "| --- | --- |",
        "| 三体 \\| &lt;b&gt; | 1 |",
        "| a b | None |",
    ]
