package uploads

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"strings"
	"testing"
)

// pdfFrom makes a PDF of objects, numbered from 1, with a table of where they
// stand; the first is its catalogue.
func pdfFrom(trailer string, objects ...string) []byte {
	var b strings.Builder
	b.WriteString("%PDF-1.4\n")
	table := "xref\n0 " + fmt.Sprint(len(objects)+1) + "\n0000000000 65535 f \n"
	for i, o := range objects {
		table += fmt.Sprintf("%010d 00000 n \n", b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	at := b.Len()
	fmt.Fprintf(&b, "%strailer\n<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n", table, len(objects)+1, strings.ReplaceAll(trailer, "HERE", fmt.Sprint(at)), at)
	return []byte(b.String())
}

func stream(dict, content string) string {
	return fmt.Sprintf("<</Length %d%s>>\nstream\n%s\nendstream", len(content), dict, content)
}

func packed(content []byte) string {
	var b bytes.Buffer
	w := zlib.NewWriter(&b)
	_, _ = w.Write(content)
	_ = w.Close()
	return b.String()
}

// Whatever a PDF holds, reading it ends, takes little memory and does not take
// the program down. What it says is of no matter here.
func TestHostilePDFs(t *testing.T) {
	t.Parallel()
	s := openStore(t)
	const catalogue, pages, page = "<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>", "<</Type/Page/Parent 2 0 R/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>"
	const font = "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>"
	deep := func(open string, n int) string { return strings.Repeat(open, n) }
	for name, content := range map[string][]byte{
		"brackets in brackets":          pdfFrom("", catalogue, pages, page, stream("", "BT "+deep("[", 9_000_000)), font),
		"dictionaries in dictionaries":  pdfFrom("", catalogue, pages, page, stream("", "BT "+deep("<</A ", 2_000_000)), font),
		"brackets in the catalogue":     pdfFrom("", deep("[", 9_000_000)),
		"dictionaries in the catalogue": pdfFrom("", deep("<</A ", 2_000_000)),
		"brackets in the trailer":       pdfFrom("/X "+deep("[", 9_000_000), catalogue, pages),
		"strings in strings":            pdfFrom("", catalogue, pages, page, stream("", "BT "+deep("(", 9_000_000)), font),
		"pages that hold themselves":    pdfFrom("", catalogue, "<</Type/Pages/Kids[2 0 R]/Count 1>>"),
		"pages in a ring":               pdfFrom("", catalogue, "<</Type/Pages/Kids[3 0 R]/Count 9>>", "<</Type/Pages/Kids[2 0 R]/Count 9/Parent 2 0 R>>"),
		"a parent of itself":            pdfFrom("", catalogue, pages, "<</Type/Page/Parent 3 0 R/Contents 4 0 R>>", stream("", "BT /F1 12 Tf (x) Tj ET")),
		"a page beyond counting":        pdfFrom("", catalogue, "<</Type/Pages/Kids[3 0 R]/Count 9223372036854775807>>", page, stream("", "x"), font),
		"an object of itself":           pdfFrom("", "1 0 R"),
		"a length of itself":            pdfFrom("", catalogue, pages, page, "<</Length 4 0 R>>\nstream\nx\nendstream", font),
		"a length below nothing":        pdfFrom("", catalogue, pages, page, "<</Length -9>>\nstream\nx\nendstream", font),
		"a length beyond the file":      pdfFrom("", catalogue, pages, page, "<</Length 999999999999>>\nstream\nx\nendstream", font),
		"a table before itself":         pdfFrom("/Prev HERE", catalogue, pages, page, stream("", "x"), font),
		"a table of a million rows":     []byte("%PDF-1.4\nxref\n0 2147483647\ntrailer\n<</Size 2147483647/Root 1 0 R>>\nstartxref\n9\n%%EOF\n"),
		"a table of another row":        []byte("%PDF-1.4\nxref\n2000000000 1\n0000000009 00000 n \ntrailer\n<</Size 2147483647/Root 1 0 R>>\nstartxref\n9\n%%EOF\n"),
		"a stream that swells":          pdfFrom("", catalogue, pages, page, stream("/Filter/FlateDecode", packed(make([]byte, 100<<20))), font),
		"a stream that swells twice":    pdfFrom("", catalogue, pages, page, stream("/Filter[/FlateDecode/FlateDecode]", packed([]byte(packed(make([]byte, 400<<20))))), font),
		"a predictor beyond counting":   pdfFrom("", catalogue, pages, page, stream("/Filter/FlateDecode/DecodeParms<</Predictor 12/Columns 2147483647>>", packed([]byte("x"))), font),
		"a font that swells": pdfFrom("", catalogue, pages, page, stream("", "BT /F1 12 Tf <00010002> Tj ET"), "<</Type/Font/Subtype/Type0/Encoding/Identity-H/ToUnicode 6 0 R>>",
			stream("", "1 begincodespacerange <00000000> <ffffffff> endcodespacerange 1 beginbfrange <0000> <ffffffff> <0041> endbfrange")),
		"a name without an end": pdfFrom("", catalogue, pages, page, stream("", "BT /"+deep("F", 5_000_000)), font),
		"a number without end":  pdfFrom("", catalogue, pages, page, stream("", deep("9", 5_000_000)+" Tf"), font),
		"operators without end": pdfFrom("", catalogue, pages, page, stream("", "BT /F1 12 Tf "+strings.Repeat("(x) Tj ", 500_000)), font),
		"operands without end":  pdfFrom("", catalogue, pages, page, stream("", "BT "+strings.Repeat("1 ", 4_000_000)), font),
		"states without end":    pdfFrom("", catalogue, pages, page, stream("", strings.Repeat("q ", 4_000_000)), font),
		"the wrong operands":    pdfFrom("", catalogue, pages, page, stream("", "BT (x) Tf [/A] Tj <</B 1>> TJ Td Tm Q Q Q ET"), font),
		"half a file":           pdfFrom("", catalogue, pages, page, stream("", "BT"), font)[:200],
		"no end of the table":   []byte("%PDF-1.4\n" + strings.Repeat("\n", 2000) + "startxref\n99999999999\n%%EOF\n"),
		"a start below nothing": []byte("%PDF-1.4\nstartxref\n-1\n%%EOF\n"),
		"comments without end":  []byte("%PDF-1.4\n" + strings.Repeat("%", 5_000_000)),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if text, err := s.Text(t.Context(), content); err != nil || len(text) > maxText {
				t.Errorf("it gives %d bytes of text, %v", len(text), err)
			}
		})
	}
}
