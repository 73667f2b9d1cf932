package main

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"grassroots/models"
)

// served is a site that the built program serves.
type served struct {
	site
	binary, base string
	addr         string
	process      *exec.Cmd
	log          io.Writer // nil: where the test's goes
	more         []string  // settings of its own, which win
}

// buildProgram builds the program for a test.
func buildProgram(t *testing.T) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "grassroots")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
		t.Fatalf("building: %v\n%s", err, out)
	}
	return binary
}

func (s *served) environ() []string {
	return append(append(os.Environ(), "GRASSROOTS_LOG=error", "GRASSROOTS_DATA_DIR="+s.dir, "GRASSROOTS_ALLOW_PRIVATE_ADDRESSES=true"), s.more...)
}

// start serves on a free port the first time and on the same one after.
func (s *served) start() {
	s.t.Helper()
	if s.addr == "" {
		s.addr = "127.0.0.1:0"
	}
	arguments := []string{"serve", "--addr=" + s.addr}
	if s.base != "" {
		arguments = append(arguments, "--base-url="+s.base)
	}
	s.process = exec.Command(s.binary, arguments...)
	s.process.Env, s.process.Stderr = s.environ(), s.log
	if s.log == nil {
		s.process.Stderr = os.Stderr
	}
	out, err := s.process.StdoutPipe()
	if err != nil {
		s.t.Fatal(err)
	}
	if err := s.process.Start(); err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(s.kill)
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		s.t.Fatalf("the program said %q: %v", line, err)
	}
	if s.base == "" {
		s.addr = strings.TrimSpace(strings.TrimPrefix(line, "Grassroots is at http://"))
	}
	s.eventually("it is ready", func() bool {
		answer, err := http.Get("http://" + s.addr + "/readyz")
		if err != nil {
			return false
		}
		_ = answer.Body.Close()
		return answer.StatusCode == http.StatusOK
	})
}

// kill ends the program as a power cut would.
func (s *served) kill() {
	if s.process == nil {
		return
	}
	_ = s.process.Process.Kill()
	_ = s.process.Wait()
	s.process = nil
}

func (s *served) eventually(what string, f func() bool) {
	s.t.Helper()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(60 * time.Second)
	for !f() {
		select {
		case <-tick.C:
		case <-deadline:
			s.t.Fatalf("%s: not within a minute", what)
		}
	}
}

// command runs the program on the site, beside what serves it.
func (s *served) command(arguments ...string) (int, string) {
	s.t.Helper()
	var out bytes.Buffer
	c := exec.CommandContext(s.t.Context(), s.binary, arguments...)
	c.Env, c.Stdout, c.Stderr = s.environ(), &out, &out
	err := c.Run()
	if err != nil && c.ProcessState == nil {
		s.t.Fatal(err)
	}
	return c.ProcessState.ExitCode(), out.String()
}

func (s *served) wants(code int, text string, arguments ...string) {
	s.t.Helper()
	if got, out := s.command(arguments...); got != code || !strings.Contains(out, text) {
		s.t.Fatalf("%q: exit %d, %q; wanted %d and %q", arguments, got, out, code, text)
	}
}

type shownStudy struct {
	Body     string `json:"body"`
	Revision int    `json:"revision"`
	Origin   *struct {
		Site, URL string
		Revision  int
	} `json:"origin"`
}

func (s *served) api(id string) (int, shownStudy) {
	s.t.Helper()
	answer, err := http.Get("http://" + s.addr + "/api/v1/case-studies/" + id)
	if err != nil {
		s.t.Fatal(err)
	}
	defer answer.Body.Close()
	var shown shownStudy
	raw, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode == http.StatusOK {
		err = json.Unmarshal(raw, &shown)
	}
	if err != nil {
		s.t.Fatal(err)
	}
	return answer.StatusCode, shown
}

// freeAddress gives an address that nothing listens on.
func freeAddress(t *testing.T) string {
	t.Helper()
	server := httptest.NewServer(nil)
	defer server.Close()
	return strings.TrimPrefix(server.URL, "http://")
}

func TestCaseStudiesTravelBetweenTwoPrograms(t *testing.T) {
	t.Parallel()
	binary := buildProgram(t)
	a := &served{site: newSite(t), binary: binary, addr: freeAddress(t)}
	b := &served{site: newSite(t), binary: binary}
	// Everything that B hears of A passes here.
	var tamper atomic.Bool
	target, err := url.Parse("http://" + a.addr)
	if err != nil {
		t.Fatal(err)
	}
	between := httputil.NewSingleHostReverseProxy(target)
	between.ErrorHandler = func(w http.ResponseWriter, _ *http.Request, _ error) { w.WriteHeader(http.StatusBadGateway) }
	between.ModifyResponse = func(r *http.Response) error {
		if !tamper.Load() || !strings.HasSuffix(r.Request.URL.Path, firstID) || r.StatusCode != http.StatusOK {
			return nil
		}
		raw, err := io.ReadAll(r.Body)
		if err != nil {
			return err
		}
		parts := strings.Split(string(raw), ".")
		text, err := base64.RawURLEncoding.DecodeString(parts[1])
		if err != nil {
			return err
		}
		parts[1] = base64.RawURLEncoding.EncodeToString(bytes.Replace(text, []byte("twice"), []byte("once!"), 1))
		r.Body = io.NopCloser(strings.NewReader(strings.Join(parts, ".")))
		return nil
	}
	way := httptest.NewServer(between)
	t.Cleanup(way.Close)
	a.base = way.URL
	a.start()
	b.start()

	// Posted at A, seen at B, without anybody asking for it.
	a.wants(0, "1 created", "import", write(t, map[string]string{"a.md": study(firstID, "Letters by MESH", "They are typed by hand.")}))
	b.wants(0, "from now on, signed with the key", "exchange", "add", way.URL)
	b.eventually("the case study is at B", func() bool { code, _ := b.api(firstID); return code == http.StatusOK })
	if _, shown := b.api(firstID); shown.Origin == nil || shown.Origin.Site != way.URL || shown.Origin.URL != way.URL+"/case-studies/letters-by-mesh" {
		t.Errorf("it is %+v", shown)
	}

	// Changed on the way: refused, and said. Then it comes as it is.
	tamper.Store(true)
	a.wants(0, "1 updated", "import", write(t, map[string]string{"a.md": study(firstID, "Letters by MESH", "They are typed twice.")}))
	b.wants(0, "changed on the way", "exchange", "sync")
	if _, shown := b.api(firstID); !strings.Contains(shown.Body, "by hand") {
		t.Errorf("B shows %q", shown.Body)
	}
	tamper.Store(false)
	b.wants(0, "0 new, 1 changed, 0 withdrawn, 0 refused", "exchange", "sync", way.URL)

	// A dies in the middle of many.
	files := map[string]string{}
	for n := range 40 {
		files[fmt.Sprintf("%d.md", n)] = study(fmt.Sprintf("01JD3Z6V7Q8R9S0T1V2W3X4%03d", n+100), fmt.Sprintf("Study number %d", n), "It helps.")
	}
	a.wants(0, "40 created", "import", write(t, files))
	asking := exec.Command(binary, "exchange", "sync")
	asking.Env = b.environ()
	if err := asking.Start(); err != nil {
		t.Fatal(err)
	}
	st := b.store()
	count := func(table string) (n int) {
		if err := st.DB(t.Context()).Raw("SELECT COUNT(*) FROM " + table).Scan(&n).Error; err != nil {
			t.Fatal(err)
		}
		return n
	}
	b.eventually("some have come", func() bool { return count("exchange_copies") > 5 })
	a.kill()
	_ = asking.Wait()
	b.wants(1, "answered 502", "exchange", "sync")
	b.wants(0, "Failing since", "exchange", "list")
	// And so does B.
	b.kill()
	a.start()
	b.start()
	b.wants(0, "0 refused", "exchange", "sync")
	if n, m := count("case_studies"), count("exchange_copies"); n != 41 || m != 41 {
		t.Errorf("%d case studies, %d copies", n, m)
	}

	// Withdrawn and brought back.
	there := a.store()
	for _, step := range []struct {
		status models.Status
		want   int
	}{{models.Withdrawn, http.StatusGone}, {models.Published, http.StatusOK}} {
		if err := there.SetStatus(t.Context(), firstID, step.status); err != nil {
			t.Fatal(err)
		}
		b.wants(0, way.URL, "exchange", "sync")
		if code, _ := b.api(firstID); code != step.want {
			t.Errorf("%s at A is %d at B", step.status, code)
		}
	}

	// Somebody changes a copy in B's database.
	b.wants(0, "41 copies checked", "exchange", "verify")
	if err := st.DB(t.Context()).Exec("UPDATE revisions SET document = REPLACE(document, 'twice', 'never') WHERE case_study_id = ?", firstID).Error; err != nil {
		t.Fatal(err)
	}
	b.wants(1, firstID+" (Letters by MESH)", "exchange", "verify")
	b.wants(0, "1 changed", "exchange", "sync")
	b.wants(0, "41 copies checked", "exchange", "verify")

	b.wants(0, "its copies are withdrawn", "exchange", "remove", way.URL, "--copies=withdraw")
	if code, _ := b.api(firstID); code != http.StatusGone {
		t.Errorf("after the removal it is %d", code)
	}
	b.wants(1, "No case studies are taken from that instance", "exchange", "sync", way.URL)
	b.wants(2, "", "exchange", "remove", way.URL, "--copies=burn")
}
