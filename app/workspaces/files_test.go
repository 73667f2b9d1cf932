package workspaces_test

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"grassroots/app/apptest"
	"grassroots/models"
)

// form is a PDF of one line.
func form(line string) apptest.File {
	stream := "BT /F1 12 Tf 72 720 Td (" + line + ") Tj ET"
	objects := []string{"<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
		fmt.Sprintf("<< /Length %d >>\nstream\n%s\nendstream", len(stream), stream)}
	var out bytes.Buffer
	out.WriteString("%PDF-1.4\n")
	var offsets []int
	for i, o := range objects {
		offsets = append(offsets, out.Len())
		fmt.Fprintf(&out, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	at := out.Len()
	fmt.Fprintf(&out, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, o := range offsets {
		fmt.Fprintf(&out, "%010d 00000 n \n", o)
	}
	fmt.Fprintf(&out, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, at)
	return apptest.File{Field: "file", Name: "the_form.pdf", Content: out.Bytes()}
}

func TestFilesOfAWorkspace(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.plan()
		c, to := b.As(t, b.owner), b.path()+"/files/new"
		c.Get(to).Want(http.StatusOK).WantText("Only those who work here read it.")
		c.Post(to, nil).WantErrors("Choose a file")
		c.PostFiles(to, nil, apptest.File{Field: "file", Name: "a.exe", Content: []byte("MZ\x00")}).Want(http.StatusUnsupportedMediaType).WantText("Only JPEG, PNG, GIF and WebP images and PDF files")
		c.PostFiles(to, nil, form("NHS number 943 476 5919")).Want(http.StatusUnprocessableEntity)
		c.PostFiles(to, nil, apptest.File{Field: "file", Name: "large.pdf", Content: append([]byte("%PDF-1.4\n"), make([]byte, models.MaxWorkFile)...)}).Want(http.StatusRequestEntityTooLarge)
		if n := len(b.workspace().Files); n != 0 {
			t.Fatalf("%d files are kept of what was refused", n)
		}
		page := c.PostFiles(to, nil, form("Ask the lab first")).WantRedirect(b.path()+"#documents").Follow().WantText("the_form.pdf", "Added by Person olga")
		file := b.workspace().Files[0]
		at := b.path() + "/files/" + file.ID
		if !strings.Contains(page.Body, at) {
			t.Error("the page does not lead to the file")
		}
		got := c.Get(at).Want(http.StatusOK)
		if !strings.Contains(got.Body, "Ask the lab first") || got.Header.Get("Content-Disposition") != "attachment; filename=the_form.pdf" || got.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("it is given as %v", got.Header)
		}
		c.Get(b.path() + "/print").WantText("the_form.pdf")
		c.Get(b.path() + "/files/x").Want(http.StatusNotFound)
		for _, p := range []models.Person{b.other, b.moderator, b.author} {
			b.As(t, p).Get(at).Want(http.StatusNotFound)
			b.As(t, p).Post(at+"/remove", nil).Want(http.StatusNotFound)
			b.Program(t, p).Get(b.api() + "/files/" + file.ID).WantProblem(http.StatusNotFound)
		}
		b.Client(t).Get(at).Want(http.StatusNotFound)
		// The same by the API, and the same content twice: it goes with the last of them.
		program := b.Program(t, b.lead)
		var sent struct{ ID, Name, URL string }
		program.Do(http.MethodPost, b.api()+"/files?name=same.pdf", bytes.NewReader(form("Ask the lab first").Content), "application/octet-stream").Want(http.StatusCreated).JSON(&sent)
		program.Do(http.MethodPost, b.api()+"/files?name=x", strings.NewReader("MZ"), "application/octet-stream").WantProblem(http.StatusUnsupportedMediaType)
		b.Client(t).Do(http.MethodPost, b.api()+"/files?name=x.pdf", bytes.NewReader(form("x").Content), "application/octet-stream").WantProblem(http.StatusUnauthorized)
		program.Get(b.api()).WantText("same.pdf", "the_form.pdf")
		c.Post(at+"/remove", nil).WantRedirect(b.path() + "#documents")
		c.Post(at+"/remove", nil).Want(http.StatusNotFound)
		program.Get(b.api() + "/files/" + sent.ID).Want(http.StatusOK).WantText("Ask the lab first")
		program.Do(http.MethodDelete, b.api()+"/files/"+sent.ID, nil, "").Want(http.StatusNoContent)
		program.Do(http.MethodDelete, b.api()+"/files/"+sent.ID, nil, "").WantProblem(http.StatusNotFound)
		if used, err := b.Store.ContentInUse(t.Context(), file.SHA256); err != nil || used {
			t.Errorf("the content is in use: %v", err)
		}
	})
}

// What is in a workspace goes when the adoption does, its files at the next clearing up.
func TestFilesGoWithTheirWorkspace(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.plan()
		c := b.As(t, b.owner)
		for i := range models.MaxWorkFiles {
			c.PostFiles(b.path()+"/files/new", nil, form(fmt.Sprint("Form ", i))).Want(http.StatusSeeOther)
		}
		c.PostFiles(b.path()+"/files/new", nil, form("One more")).Want(http.StatusConflict).WantText("This workspace has 30 files")
		sum := b.workspace().Files[0].SHA256
		if err := b.Store.DB(t.Context()).Exec("DELETE FROM adoptions WHERE id = ?", b.adoption.ID).Error; err != nil {
			t.Fatal(err)
		}
		if err := b.feature.DropFiles(t.Context()); err != nil {
			t.Fatal(err)
		}
		var left int64
		if err := b.Store.DB(t.Context()).Table("workspace_files").Count(&left).Error; err != nil || left != 0 {
			t.Errorf("%d files are left: %v", left, err)
		}
		if has, err := b.files.Has(t.Context(), sum); err != nil || has {
			t.Errorf("the content is there still: %v", err)
		}
	})
}
