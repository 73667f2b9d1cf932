package organisations

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"grassroots/models"
	"grassroots/models/store"
	"grassroots/models/store/storetest"
)

func importText(t *testing.T, s *store.Store, text string, dryRun bool) Report {
	t.Helper()
	report, err := Import(t.Context(), s, "f.csv", strings.NewReader(text), dryRun)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

func get(t *testing.T, s *store.Store, code string) models.Organisation {
	t.Helper()
	o, err := s.Organisation(t.Context(), code)
	if err != nil {
		t.Fatalf("%s: %v", code, err)
	}
	return o
}

// saveKnown keeps organisations as they were before a file came.
func saveKnown(t *testing.T, s *store.Store) {
	t.Helper()
	for _, o := range []models.Organisation{
		{Code: "QWO", Name: "NHS West Yorkshire Integrated Care Board", Kind: kindBoard},
		{Code: "RR8", Name: "Leeds hospitals", Kind: "Teaching trust", Region: "Midlands", ICBCode: "QHM", ICBName: "Another board", Postcode: "X1 1XX"},
		{Code: "RT4", Name: "Welsh Ambulance Services", Region: "Wales", ICBCode: "QHM", ICBName: "Kept board"},
		{Code: "R1C", Name: "Solent NHS Trust", Closed: day("2024-01-01")},
		{Code: "RF4"}, // somebody wrote the code, nobody has named it
		{Code: "X26", Name: "NHS England", Kind: "Other"},
	} {
		if _, _, err := s.SaveOrganisation(t.Context(), o); err != nil {
			t.Fatal(err)
		}
	}
}

// changedFile is a file in the published form that says other things of them.
func changedFile() string {
	return strings.Join([]string{
		etrLine("RR8", "LEEDS TEACHING HOSPITALS NHS TRUST", "Y63", "QWO", "LS9 7TF", "19980401", ""),
		etrLine("RT4", "WELSH AMBULANCE SERVICES NHS TRUST", "", "", "", "19980401", ""),
		etrLine("R1C", "SOLENT NHS TRUST", "Y59", "QRL", "SO19 8BR", "20110401", ""),
		etrLine("RF4", "BARKING, HAVERING AND REDBRIDGE UNIVERSITY HOSPITALS NHS TRUST", "Y56", "QMF", "RM7 0AG", "20010401", ""),
		etrLine("RBZ", "NORTHERN DEVON HEALTHCARE NHS TRUST", "Y58", "QJK", "EX31 4JB", "19910401", "20220331"),
	}, "\n")
}

func TestImportCreatesUpdatesAndClosesOrganisations(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		saveKnown(t, s)
		file := changedFile()
		want := Report{Created: 2, Updated: 3, Closed: 1}
		if got := importText(t, s, file, true); got != want {
			t.Errorf("a dry run gives %+v and not %+v", got, want)
		}
		if got := get(t, s, "RR8").Name; got != "Leeds hospitals" {
			t.Errorf("a dry run changed RR8 to %q", got)
		}
		if got := importText(t, s, file, false); got != want {
			t.Errorf("the import gives %+v and not %+v", got, want)
		}
		for _, want := range []models.Organisation{
			{Code: "RR8", Name: "Leeds Teaching Hospitals NHS Trust", Kind: "Teaching trust", Region: "North East and Yorkshire", ICBCode: "QWO",
				ICBName: "NHS West Yorkshire Integrated Care Board", Postcode: "LS9 7TF", Opened: day("1998-04-01"), Named: true},
			{Code: "RT4", Name: "Welsh Ambulance Services NHS Trust", Kind: "Ambulance trust", Region: "Wales", ICBCode: "QHM", ICBName: "Kept board", Opened: day("1998-04-01"), Named: true},
			{Code: "R1C", Name: "Solent NHS Trust", Kind: "NHS trust", Region: "South East", ICBCode: "QRL", Postcode: "SO19 8BR", Opened: day("2011-04-01"), Named: true},
			{Code: "RBZ", Name: "Northern Devon Healthcare NHS Trust", Kind: "NHS trust", Region: "South West", ICBCode: "QJK", Postcode: "EX31 4JB",
				Opened: day("1991-04-01"), Closed: day("2022-03-31"), Named: true},
			{Code: "X26", Name: "NHS England", Kind: "Other", Named: true},
		} {
			if got := get(t, s, want.Code); !same(got, want) {
				t.Errorf("is\n%+v\nand not\n%+v", got, want)
			}
		}
		if got := importText(t, s, file, false); got != (Report{Unchanged: 5}) {
			t.Errorf("the second time: %+v", got)
		}
	})
}

func TestImportClosesAndSucceedsOrganisations(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		saveKnown(t, s)
		importText(t, s, changedFile(), false)
		if got := importText(t, s, "code,name,closed,successors\nRR8,Leeds Teaching Hospitals NHS Trust,,\nRT4,Welsh Ambulance Services NHS Trust,2026-03-31,RTX;NEW1\n", false); got != (Report{Updated: 1, Unchanged: 1, Closed: 1}) {
			t.Errorf("closing one gives %+v", got)
		}
		closed := get(t, s, "RT4")
		if closed.Closed == nil || !reflect.DeepEqual(closed.Successors, []string{"RTX", "NEW1"}) || closed.Region != "Wales" {
			t.Errorf("the closed one is %+v", closed)
		}
		if o := get(t, s, "NEW1"); o.Named {
			t.Errorf("the successor that no list has named is %+v", o)
		}
		// A file that says nothing of closing does not open it again; one that does, does.
		importText(t, s, "code,name,closed\nRT4,Welsh Ambulance Services NHS Trust,\n", false)
		if get(t, s, "RT4").Closed == nil {
			t.Error("an empty cell opened an organisation again")
		}
		importText(t, s, changedFile(), false)
		if o := get(t, s, "RT4"); o.Closed != nil || len(o.Successors) != 2 {
			t.Errorf("after the ODS has it open: %+v", o)
		}
	})
}

func TestImportKeepsTheNamesOfBoards(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		importText(t, s, "code,name,icb_code,icb_name\nRR8,Leeds,QWO,\nRTD,Newcastle,QHM,As the file has it\n", false)
		boards := "code,name\nQWO,NHS WEST YORKSHIRE INTEGRATED CARE BOARD\n"
		importText(t, s, boards, false)
		for code, want := range map[string]string{"RR8": "NHS West Yorkshire Integrated Care Board", "RTD": "As the file has it"} {
			if o, err := s.Organisation(t.Context(), code); err != nil || o.ICBName != want {
				t.Errorf("%s is in %q, %v", code, o.ICBName, err)
			}
		}
		// The same board under another name in a cell does not go to and fro.
		both := "code,name,icb_code,icb_name\nRR8,Leeds,QWO,West Yorks\n"
		if got := importText(t, s, both, false); got != (Report{Unchanged: 1}) {
			t.Errorf("gives %+v", got)
		}
		// A move to a board that nobody has named takes the old name away.
		importText(t, s, "code,name,icb_code\nRR8,Leeds,S9Z9Z\n", false)
		if o, err := s.Organisation(t.Context(), "RR8"); err != nil || o.ICBName != "" {
			t.Errorf("RR8 is in %q, %v", o.ICBName, err)
		}
	})
}

func TestImportTakesNothingOfAFileWithABadRow(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	_, err := Import(t.Context(), s, "f.csv", strings.NewReader("code,name\nRR8,Leeds\n?,Nowhere\n"), false)
	var file *FileError
	if !errors.As(err, &file) || len(file.Problems) != 1 || file.Problems[0].Line != 3 {
		t.Errorf("gives %v", err)
	}
	if _, err := s.Organisation(t.Context(), "RR8"); models.KindOf(err) != models.NotFound {
		t.Errorf("RR8 was imported: %v", err)
	}
}

// TestImportOfManyIsQuickTheSecondTime holds that a monthly file that changes
// little costs little: a few queries a batch, none a row.
func TestImportOfManyIsQuickTheSecondTime(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		const n = 1500
		var b strings.Builder
		b.WriteString("code,name,region,successors\n")
		for i := range n {
			fmt.Fprintf(&b, "P%05d,Practice %d,London,P%05d\n", i, i, (i+700)%n)
		}
		if got := importText(t, s, b.String(), false); got != (Report{Created: n}) {
			t.Fatalf("the first time: %+v", got)
		}
		ctx, counter := store.WithCounter(t.Context())
		got, err := Import(ctx, s, "f.csv", strings.NewReader(b.String()), false)
		if err != nil || got != (Report{Unchanged: n}) {
			t.Fatalf("the second time: %+v, %v", got, err)
		}
		if queries := counter.Count(); queries > 4*(n/importBatch+1) {
			t.Errorf("%d queries for %d organisations", queries, n)
		}
	})
}
