package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
)

// shownAdoption is what the API says of an adoption.
type shownAdoption struct {
	Organisation, Status, Result string

	RecordedAt *string `json:"recorded_at"`
	History    []struct{ Status string }
}

// adoptions gives those of a case study as a text, in their order, with where
// each is recorded.
func (s *served) adoptions(id string) string {
	s.t.Helper()
	answer, err := http.Get("http://" + s.addr + "/api/v1/case-studies/" + id + "/adoptions")
	if err != nil {
		s.t.Fatal(err)
	}
	defer answer.Body.Close()
	var page struct{ Items []shownAdoption }
	if err := json.NewDecoder(answer.Body).Decode(&page); err != nil || answer.StatusCode != http.StatusOK {
		s.t.Fatalf("%s: %v", answer.Status, err)
	}
	var out []string
	for _, a := range page.Items {
		line := fmt.Sprintf("%s %s %q after %d", a.Organisation, a.Status, a.Result, len(a.History))
		if a.RecordedAt != nil {
			line += " at " + *a.RecordedAt
		}
		out = append(out, line)
	}
	return strings.Join(out, "; ")
}

// says sends what somebody says by the API.
func (s *served) says(token, method, path, body string, want int) {
	s.t.Helper()
	r, err := http.NewRequestWithContext(s.t.Context(), method, "http://"+s.addr+"/api/v1/case-studies/"+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+token)
	r.Header.Set("Content-Type", "application/json")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != want {
		said, _ := io.ReadAll(answer.Body)
		s.t.Fatalf("%s %s: %s, %s", method, path, answer.Status, said)
	}
}

// What organisations do with a copy at B is seen at A, where it is from, and
// follows every change there through a death of A.
func TestAdoptionsTravelBetweenTwoPrograms(t *testing.T) {
	t.Parallel()
	binary := buildProgram(t)
	a := &served{site: newSite(t), binary: binary, addr: freeAddress(t)}
	a.base = "http://" + a.addr
	a.more = []string{"GRASSROOTS_BASE_URL=" + a.base} // by which B knows A, whichever command asks
	b := &served{site: newSite(t), binary: binary}
	a.start()
	b.start()
	atB := " at http://" + b.addr
	a.wants(0, "1 created", "import", write(t, map[string]string{"a.md": study(firstID, "Letters by MESH", "They are typed by hand.")}))
	b.wants(0, "from now on", "exchange", "add", "http://"+a.addr)
	b.eventually("the case study is at B", func() bool { code, _ := b.api(firstID); return code == http.StatusOK })

	code, token := b.command("token", "create", "--email=ada@nhs.net", "--name=Ada Obi")
	if token = strings.TrimSpace(token); code != 0 {
		t.Fatal(token)
	}
	for _, organisation := range []string{"RWY", "RZ1"} {
		b.wants(0, "", "person", "role", "ada@nhs.net", "lead", "--organisation="+organisation)
	}
	b.says(token, http.MethodPost, firstID+"/adoptions", `{"organisation":"RWY","status":"trying","result":"Fewer calls"}`, http.StatusCreated)
	b.says(token, http.MethodPost, firstID+"/adoptions", `{"organisation":"RZ1","status":"planning"}`, http.StatusCreated)
	if got := a.adoptions(firstID); got != "" {
		t.Errorf("A knows of B before it has been told of it: %s", got)
	}

	// B is asked as soon as A has added it.
	a.wants(0, "from now on", "exchange", "add", "http://"+b.addr)
	want := func(list string) {
		t.Helper()
		last := ""
		a.eventually("A shows "+list, func() bool {
			if now := a.adoptions(firstID); now != last {
				last = now
				t.Log("A shows", now)
			}
			return last == list
		})
	}
	want(`RWY trying "Fewer calls" after 1` + atB + `; RZ1 planning "" after 1` + atB)
	page, err := http.Get("http://" + a.addr + "/case-studies/letters-by-mesh/adoptions")
	if err != nil {
		t.Fatal(err)
	}
	defer page.Body.Close()
	if text, err := io.ReadAll(page.Body); err != nil || !strings.Contains(string(text), "Recorded at") || !strings.Contains(string(text), "http://"+b.addr+"/case-studies/letters-by-mesh/adoptions/RWY") {
		t.Errorf("the page of A does not lead to B: %v, %s", err, text)
	}

	// A dies. At B they go on, change one and take the other back.
	a.kill()
	b.says(token, http.MethodPut, firstID+"/adoptions/RWY", `{"status":"in-use","result":"Half the calls"}`, http.StatusOK)
	b.says(token, http.MethodDelete, firstID+"/adoptions/RZ1", "", http.StatusNoContent)
	a.start()
	a.wants(0, "0 refused", "exchange", "sync")
	want(`RWY in-use "Half the calls" after 2` + atB)

	// B dies, and nothing is lost at A; then B stops it, and says why.
	b.kill()
	a.wants(1, "", "exchange", "sync")
	want(`RWY in-use "Half the calls" after 2` + atB)
	b.start()
	b.says(token, http.MethodPut, firstID+"/adoptions/RWY", `{"status":"stopped","reason":"Too dear"}`, http.StatusOK)
	a.wants(0, "0 refused", "exchange", "sync")
	want(`RWY stopped "Half the calls" after 3` + atB)

	a.wants(0, "Nothing more is taken", "exchange", "remove", "http://"+b.addr)
	want("")
}
