"""How official papers are laid out (Decree 30/2020/NĐ-CP, Appendix I), and how they become DOCX."""
