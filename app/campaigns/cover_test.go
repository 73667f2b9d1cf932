package campaigns_test

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"grassroots/app/apptest"
)

// drawing is a PNG of a size and a shade.
func drawing(t *testing.T, width, height int, shade uint8) apptest.File {
	t.Helper()
	img := image.NewGray(image.Rect(0, 0, width, height))
	for i := range img.Pix {
		img.Pix[i] = color.Gray{Y: shade}.Y
	}
	var out bytes.Buffer
	if err := png.Encode(&out, img); err != nil {
		t.Fatal(err)
	}
	return apptest.File{Field: "file", Name: "ward.png", ContentType: "image/png", Content: out.Bytes()}
}

func TestACampaignHasAPictureAtItsHead(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		made := b.begin(t)
		at := "/campaigns/" + made.Slug
		to := at + "/cover"
		c := b.As(t, b.organiser)
		b.As(t, b.member).Get(to).Want(http.StatusForbidden)
		b.As(t, b.member).PostFiles(to, nil, drawing(t, 300, 100, 10)).Want(http.StatusForbidden)
		c.Get(at).WantText("Cover")
		c.PostFiles(to, url.Values{"alt": {"A ward"}}).WantErrors("Choose a picture")
		c.PostFiles(to, nil, apptest.File{Field: "file", Name: "a.png", ContentType: "image/png", Content: []byte("%PDF-1.4\n%%EOF")}).WantErrors("Choose a picture: JPEG, PNG, GIF or WebP")
		c.PostFiles(to, url.Values{"alt": {strings.Repeat("a", 301)}}, drawing(t, 300, 100, 10)).WantErrors("Say in at most 300 characters what it shows")
		c.PostFiles(to, url.Values{"alt": {"NHS number 943 476 5919"}}, drawing(t, 300, 100, 10)).Want(http.StatusUnprocessableEntity)
		c.PostFiles(to, url.Values{"alt": {"A ward at night"}}, drawing(t, 300, 100, 10)).WantRedirect(at)
		picture := func() string {
			t.Helper()
			img := b.Client(t).Get(at).Want(http.StatusOK).One(apptest.Class("gr-cover"))
			if got := apptest.Attr(img, "alt") + " " + apptest.Attr(img, "width") + " " + apptest.Attr(img, "height"); got != "A ward at night 300 100" && got != "Beds 300 100" {
				t.Errorf("the picture is %q", got)
			}
			return apptest.Attr(img, "src")
		}
		first := picture()
		sent := b.Client(t).Get(first).Want(http.StatusOK)
		if got := sent.Header.Get("Content-Type"); got != "image/png" {
			t.Errorf("it is sent as %q", got)
		}
		if _, err := png.Decode(strings.NewReader(sent.Body)); err != nil {
			t.Error(err)
		}
		// What it shows can be changed alone; another picture has another address.
		c.PostFiles(to, url.Values{"alt": {"Beds"}}).WantRedirect(at)
		if picture() != first {
			t.Error("the address changed with the words")
		}
		c.PostFiles(to, url.Values{"alt": {"Beds"}}, drawing(t, 300, 100, 200)).WantRedirect(at)
		b.Client(t).Get(first).Want(http.StatusNotFound)
		second := picture()
		// A copy has it too, so its content stays until both are gone.
		draft := c.Post(at+"/copy", nil).Want(http.StatusSeeOther).Header.Get("Location")
		copied := strings.TrimSuffix(draft, "/edit")
		c.Post(to+"/remove", nil).WantRedirect(at)
		if err := b.queue.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		b.Client(t).Get(second).Want(http.StatusNotFound)
		b.Client(t).Get(at).WantNoText("Beds")
		c.Get(strings.Replace(second, at, copied, 1)).Want(http.StatusOK)
		b.Client(t).Get(strings.Replace(second, at, copied, 1)).Want(http.StatusNotFound)
	})
}
