package meili_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"

	"grassroots/search"
	"grassroots/search/meili"
)

// TestLookChangesNothing has a server without an index that is asked nothing but
// what it has.
func TestLookChangesNothing(t *testing.T) {
	t.Parallel()
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet {
			t.Errorf("the server is asked to %s %s", r.Method, r.URL.Path)
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"results":[],"offset":0,"limit":500,"total":0}`))
	}))
	missing, _, err := meili.Look(t.Context(), meili.Options{URL: front.URL})
	if err != nil || !missing {
		t.Errorf("missing %v, %v", missing, err)
	}
	front.Close()
	if _, _, err := meili.Look(t.Context(), meili.Options{URL: front.URL}); !errors.Is(err, search.ErrUnavailable) {
		t.Errorf("a server that is away: %v", err)
	}
	if _, _, err := meili.Look(t.Context(), meili.Options{URL: "nonsense"}); err == nil {
		t.Error("an address that is none is looked at")
	}
}
