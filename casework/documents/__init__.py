"""Papers that leave: one builder a kind, each from cleared facts into one flat structure, written as DOCX or PDF.

The structure, ``words``, is a mapping of the language, the number and ``blocks``: lists of a kind and texts.

====== ============================== ===========================================
kind    texts                          on the paper
====== ============================== ===========================================
title   one                            the name of the paper
fact    name, value                    one line of the head
heading one                            the name of a part
text    one                            a paragraph
quiet   one                            a small paragraph: a source, a remark
mark    one                            how the paper is to be treated
sign    one                            a line to sign on
break   none                           a new page
====== ============================== ===========================================
"""
