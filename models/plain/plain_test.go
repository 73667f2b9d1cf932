package plain

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"testing/quick"
)

// The examples that are published with the formula everywhere: “The cat sat on the
// mat.” has a grade of −1.4, and the sentence on the platypus, of 13 words and 24
// syllables, one of 11.3.
func TestTheFormulaAgainstPublishedExamples(t *testing.T) {
	for _, e := range []struct {
		words, sentences, syllables int
		grade                       float64
	}{{6, 1, 6, -1.4}, {13, 1, 24, 11.3}} {
		if got := Grade(e.words, e.sentences, e.syllables); math.Abs(got-e.grade) > 0.06 {
			t.Errorf("%+v: %.2f", e, got)
		}
	}
	if Age(-1.4) != 5 || Age(11.3) != 16 || Age(90) != 25 {
		t.Error("a grade is five years less than the age")
	}
}

func TestSyllables(t *testing.T) {
	for n, words := range map[int]string{
		1: "the cat sat on mat named nurse wards tea care moved eye 412",
		2: "letter table patient hybrid needed minutes mammal before discharge going people faster trialled",
		3: "hospital procedure radio computer consultant",
		4: "information community medication",
	} {
		for w := range strings.FieldsSeq(words) {
			if got := Syllables(w); got != n {
				t.Errorf("%s has %d syllables, want %d", w, got, n)
			}
		}
	}
}

func TestWhatAWriterIsTold(t *testing.T) {
	long := "The letters that used to wait for days on a desk in the office now reach the practice within minutes because the two systems talk to each other at last."
	text := "## Problem\n\n" + long + " It is good, e.g. for Dr. Smith. We use FHIR and PPM and the NHS number.\n\n" +
		"Prior to this we would utilise fax. An enterprise master patient index (EMPI) helps; the EMPI is new. See [MESH](https://x.example/ABCD) and `QQQQ`.\n\n| XYZ | ABC |\n|---|---|\n| JKL | 1 |\n\n- one item\n- another item\n"
	r := Read(text)
	if len(r.Long) != 1 || r.Long[0].Text != long || r.Long[0].Words != 30 {
		t.Errorf("long: %+v", r.Long)
	}
	if got := fmt.Sprint(r.Unexplained); got != "[FHIR PPM MESH]" {
		t.Errorf("unexplained: %s", got)
	}
	if got := fmt.Sprint(r.Plainer); got != "[{prior to before} {utilise use}]" {
		t.Errorf("plainer: %s", got)
	}
	if r.Sentences != 9 || r.Age < 8 || r.Age > 14 {
		t.Errorf("%d sentences, age %d", r.Sentences, r.Age)
	}
	if short := Read("Four words, no more."); short.Age != 0 || short.Words != 4 {
		t.Errorf("a short text: %+v", short)
	}
	easy, hard := Read(strings.Repeat("The cat sat on the mat. ", 20)), Read(strings.Repeat("Interoperability necessitates organisational standardisation. ", 20))
	if easy.Age != 5 || hard.Age < 20 {
		t.Errorf("easy is %d, hard is %d", easy.Age, hard.Age)
	}
}

// Whatever is typed is read, and no sentence or word is made up.
func TestAnythingCanBeRead(t *testing.T) {
	if err := quick.Check(func(text string) bool {
		r := Read(text)
		return r.Words >= 0 && r.Sentences <= r.Words && len(r.Long) <= shown && (r.Age == 0 || r.Age >= 5 && r.Age <= 25)
	}, nil); err != nil {
		t.Error(err)
	}
}
