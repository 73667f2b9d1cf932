package outbound_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"grassroots/app/outbound"
)

func TestALibraryIsHeldToTheSame(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/elsewhere":
			http.Redirect(w, r, "/", http.StatusFound)
		case "/long":
			_, _ = io.WriteString(w, strings.Repeat("x", 2000))
		}
	}))
	t.Cleanup(server.Close)
	client := outbound.New(outbound.Config{MaxBody: 1000}).HTTP("127.0.0.1")
	for path, want := range map[string]int{"/": http.StatusOK, "/elsewhere": http.StatusFound} {
		answer, err := client.Get(server.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if answer.StatusCode != want {
			t.Errorf("%s: %d, want %d", path, answer.StatusCode, want)
		}
	}
	answer, err := client.Get(server.URL + "/long")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if body, err := io.ReadAll(answer.Body); err == nil || len(body) > 1001 {
		t.Errorf("%d bytes were read, %v", len(body), err)
	}
	// The same machine by another name, which nobody has trusted.
	other := strings.Replace(server.URL, "127.0.0.1", "localhost", 1)
	for _, address := range []string{other, strings.Replace(other, "http://", "https://", 1)} {
		if _, err := client.Get(address); !errors.Is(err, outbound.ErrRefused) {
			t.Errorf("%s: %v", address, err)
		}
	}
}
