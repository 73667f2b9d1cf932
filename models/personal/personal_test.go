package personal_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"

	"grassroots/models/personal"
)

// number makes a number that passes Modulus 11 out of nine digits; ok is false
// when there is none.
func number(nine string) (ten string, ok bool) {
	sum := 0
	for i, c := range nine {
		sum += int(c-'0') * (10 - i)
	}
	check := (11 - sum%11) % 11
	return nine + fmt.Sprint(check), check < 10
}

// numbers makes so many that begin with a prefix.
func numbers(prefix string, n int) []string {
	random := rand.New(rand.NewPCG(1, 2))
	var out []string
	for len(out) < n {
		nine := prefix
		for len(nine) < 9 {
			nine += fmt.Sprint(random.IntN(10))
		}
		if ten, ok := number(nine); ok {
			out = append(out, ten)
		}
	}
	return out
}

func TestNHSNumbersInEverySpacing(t *testing.T) {
	t.Parallel()
	for _, prefix := range []string{"999", "4", "6", "7", "943476"} {
		for _, ten := range numbers(prefix, 50) {
			for _, written := range []string{ten, ten[:3] + " " + ten[3:6] + " " + ten[6:], ten[:3] + "-" + ten[3:6] + "-" + ten[6:], ten[:3] + "." + ten[3:6] + "." + ten[6:],
				ten[:3] + "\u00a0" + ten[3:6] + "\u2009" + ten[6:], ten[:3] + "\n" + ten[3:6] + " " + ten[6:], ten[:5] + "\u200b" + ten[5:], ten[:3] + "&nbsp;" + ten[3:6] + "&#32;" + ten[6:]} {
				found := personal.Find("Seen: "+written+" today", personal.Options{})
				if len(found) != 1 || found[0].Kind != personal.NHSNumber || !found[0].Certain || found[0].Start != 6 || found[0].End != 6+utf8.RuneCountInString(written) {
					t.Fatalf("%q: %+v", written, found)
				}
			}
			for _, written := range []string{strings.Join(strings.Split(ten, ""), " "), ten[:5] + " " + ten[5:], ten[:6] + "/" + ten[6:], ten[:2] + "_" + ten[2:7] + ", " + ten[7:]} {
				found := personal.Find("the NHS number "+written, personal.Options{})
				if len(found) != 1 || !found[0].Certain || found[0].Start != 15 || found[0].End != 15+len(written) {
					t.Fatalf("%q: %+v", written, found)
				}
			}
		}
	}
}

func TestWhatIsNoNHSNumber(t *testing.T) {
	t.Parallel()
	for digit := range 10 {
		same := strings.Repeat(fmt.Sprint(digit), 10)
		if found := personal.Find("NHS number "+same, personal.Options{}); len(found) > 0 {
			t.Errorf("%s: %+v", same, found)
		}
	}
	for _, ten := range numbers("999", 200) {
		wrong := ten[:9] + string('0'+(ten[9]-'0'+1)%10)
		if found := personal.Find("NHS number "+wrong+".", personal.Options{}); len(found) > 0 {
			t.Errorf("%s fails the check: %+v", wrong, found)
		}
		if found := personal.Find("NHS number "+ten+".", personal.Options{Demo: true}); len(found) > 0 {
			t.Errorf("%s is of the test range: %+v", ten, found)
		}
		for _, text := range []string{"1" + ten, ten + "1", ten[:4] + "  x " + ten[4:]} {
			if found := personal.Find(text, personal.Options{}); len(found) > 0 {
				t.Errorf("%s: %+v", text, found)
			}
		}
	}
	if found := personal.Find("NHS number "+numbers("4", 1)[0], personal.Options{Demo: true}); len(found) != 1 {
		t.Error("a number outside the test range passes in the demonstration")
	}
}

func TestNumbersOfTheOtherNations(t *testing.T) {
	t.Parallel()
	for _, ten := range numbers("3201", 20) {
		found := personal.Find("seen "+ten, personal.Options{})
		if len(found) != 1 || found[0].Kind != personal.HSCNumber {
			t.Errorf("%s: %+v", ten, found)
		}
	}
	for _, ten := range numbers("0102", 20) {
		for text, certain := range map[string]bool{"CHI " + ten: true, "the patient, " + ten + ",": true, "it says " + ten: false} {
			found := personal.Find(text, personal.Options{})
			if len(found) != 1 || found[0].Kind != personal.CHINumber || found[0].Certain != certain {
				t.Errorf("%s: %+v", text, found)
			}
		}
	}
}

// TestCodesPass holds that what only looks like a number of a
// patient is not taken for one.
func TestCodesPass(t *testing.T) {
	t.Parallel()
	for _, ten := range append(numbers("4", 30), numbers("0", 30)...) {
		for _, text := range []string{"£" + ten, "£ " + ten, "0." + ten, "https://example.org/news/" + ten, "ISBN " + ten, "doi:10.1000/" + ten, "invoice " + ten, "x" + ten,
			ten + "kg", "12-" + ten[:3] + "-" + ten[3:6] + "-" + ten[6:], "+1 " + ten[:3] + " " + ten[3:6] + " " + ten[6:]} {
			if found := personal.Find(text, personal.Options{}); len(found) > 0 {
				t.Errorf("%s: %+v", text, found)
			}
		}
	}
}

func TestRedact(t *testing.T) {
	t.Parallel()
	text := "Zoë wrote: NHS number 999 026 0184, call 07700 900123 – twice."
	got := personal.Redact(text, personal.Find(text, personal.Options{}))
	if want := "Zoë wrote: NHS number [NHS number removed], call [phone number removed] – twice."; got != want {
		t.Errorf("%q", got)
	}
	if found := personal.Find(got, personal.Options{}); len(found) > 0 {
		t.Errorf("found in what was redacted: %+v", found)
	}
	if got := personal.Redact(text, nil); got != text {
		t.Errorf("%q", got)
	}
}

func TestAroundNamesNoValue(t *testing.T) {
	t.Parallel()
	text := "On the ward Mrs Jones (NHS 999 026 0184, DOB 12/03/1961) was discharged with the wrong letter, as the clerk said."
	found := personal.Find(text, personal.Options{})
	if len(found) != 3 {
		t.Fatalf("%+v", found)
	}
	for n := range found {
		before, after := personal.Around(text, found, n)
		for _, value := range []string{"Jones", "026", "0184", "1961"} {
			if strings.Contains(before+after, value) {
				t.Errorf("%d: %q %q", n, before, after)
			}
		}
		if !strings.Contains(before+after, "ward") && !strings.Contains(before+after, "discharged") {
			t.Errorf("%d says nothing of where it is: %q %q", n, before, after)
		}
	}
}

func TestAllow(t *testing.T) {
	t.Parallel()
	if found := personal.Find("Mrs Jones was discharged", personal.Options{Allow: []personal.Kind{personal.Name}}); len(found) > 0 {
		t.Errorf("%+v", found)
	}
}

func FuzzFind(f *testing.F) {
	for _, name := range []string{"sentences.txt", "heldout.txt"} {
		for _, s := range sentences(f, name) {
			f.Add(s.text)
		}
	}
	f.Add("9990260184\xff-\u200b07700900123-9990260184&#57;[NHS number removed]")
	f.Fuzz(func(t *testing.T, text string) {
		found := personal.Find(text, personal.Options{})
		last, length := 0, utf8.RuneCountInString(text)
		for _, one := range found {
			if one.Start < last || one.End <= one.Start || one.End > length || !one.Kind.Valid() {
				t.Fatalf("%+v in %q of %d characters", found, text, length)
			}
			last = one.End
		}
		for n := range found {
			personal.Around(text, found, n)
		}
		if left := personal.Certain(personal.Find(personal.Clean(text, personal.Options{}), personal.Options{})); len(left) > 0 {
			t.Fatalf("%+v is left of %q", left, text)
		}
		if left := personal.Certain(personal.Find(text, personal.Options{Allow: personal.Kinds()})); len(left) > 0 {
			t.Fatalf("%+v although all is allowed", left)
		}
	})
}

// BenchmarkCheck times the places of texts that are full of findings: ten times
// the text must take about ten times as long.
func BenchmarkCheck(b *testing.B) {
	for name, unit := range map[string]string{"numbers": "999 026 0184 ", "names": "Mrs Weir ", "phones": "07700 900123\n"} {
		for _, size := range []int{10_000, 100_000} {
			text := []personal.Text{{Value: strings.Repeat(unit, size/len(unit))}}
			b.Run(fmt.Sprintf("%s/%d", name, size), func(b *testing.B) {
				for b.Loop() {
					personal.Check(text, personal.Options{})
				}
			})
		}
	}
}

// BenchmarkFind times 10 KB of prose and of hostile texts: no kind of text may
// take much longer than another.
func BenchmarkFind(b *testing.B) {
	var prose strings.Builder
	for _, s := range sentences(b, "sentences.txt") {
		prose.WriteString(s.text + " ")
	}
	const size = 10_000
	texts := map[string]string{"sentences": strings.Repeat(prose.String(), 2), "plain": strings.Repeat("We moved the letters from fax to MESH in six weeks, with 12 wards. ", 200)}
	for name, unit := range map[string]string{"digits": "7", "spaced": "9 ", "numbers": "999 026 0184 ", "unlabelled": "5 5 1-2 3.4", "dob": "dob 1 ", "mrs": "Mrs ", "at": "a@",
		"urls": "://a:b", "postcodes": "St LS1 4AB ", "nhs": "NHS 9 ", "passwords": "password=", "keys": "-----BEGIN PRIVATE KEY", "phones": "+44 07", "home": "home 020 7946 0321 ",
		"zero": "\u200b9", "names": "Mr A. B. C. ", "eyj": "eyJ", "capitals": "Patient John "} {
		texts[name] = strings.Repeat(unit, size/len(unit)+1)
	}
	for name, text := range texts {
		text = text[:size]
		b.Run(name, func(b *testing.B) {
			b.SetBytes(size)
			for b.Loop() {
				personal.Find(text, personal.Options{})
			}
		})
	}
}
