package uploads

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"grassroots/models"
)

func TestPartsAreReadAsOneFile(t *testing.T) {
	t.Parallel()
	s, ctx := openStore(t), t.Context()
	id, other := "01JD3Z6V7Q8R9S0T1V2W3X4Y5Z", "01JD3Z6V7Q8R9S0T1V2W3X4Y60"
	parts := []string{strings.Repeat("a", PartSize), "b", strings.Repeat("c", 70_000)}
	for i, p := range parts {
		must(t, s.PutPart(ctx, id, i, []byte(p)))
	}
	must(t, s.PutPart(ctx, id, 1, []byte("B"))) // a part that is sent again counts as it came last
	must(t, s.PutPart(ctx, other, 0, []byte("x")))
	got, err := io.ReadAll(s.OpenParts(ctx, id, 3))
	must(t, err)
	if want := parts[0] + "B" + parts[2]; !bytes.Equal(got, []byte(want)) {
		t.Errorf("read %d bytes, want %d", len(got), len(want))
	}
	if _, err := io.ReadAll(s.OpenParts(ctx, id, 4)); models.KindOf(err) != models.NotFound {
		t.Errorf("a part that is missing gives %v", err)
	}
	must(t, s.Each(ctx, func(sum string, _ int64) error {
		t.Errorf("%s is taken for an attachment", sum)
		return nil
	}))
	must(t, s.DeleteParts(ctx, id))
	must(t, s.DeleteParts(ctx, id))
	if _, err := io.ReadAll(s.OpenParts(ctx, id, 1)); models.KindOf(err) != models.NotFound {
		t.Errorf("after removal: %v", err)
	}
	if got, err := io.ReadAll(s.OpenParts(ctx, other, 1)); err != nil || string(got) != "x" {
		t.Errorf("another file's part is %q, %v", got, err)
	}
	for name, err := range map[string]error{
		"no id":     s.PutPart(ctx, "../x", 0, []byte("x")),
		"negative":  s.PutPart(ctx, id, -1, []byte("x")),
		"empty":     s.PutPart(ctx, id, 0, nil),
		"too large": s.PutPart(ctx, id, 0, make([]byte, PartSize+1)),
	} {
		if models.KindOf(err) != models.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}
