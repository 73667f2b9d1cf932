package store_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"grassroots/models/store"
	"grassroots/models/store/storetest"
)

func TestCountsOfAllNodesAreAddedUp(t *testing.T) {
	for _, dialect := range []string{store.SQLite, store.Postgres} {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			began := time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)
			clock := began
			st := storetest.NewOn(t, dialect, storetest.WithNow(func() time.Time { return clock }))
			var list []store.RateCount
			for i := range 1203 { // more than one statement takes
				list = append(list, store.RateCount{Key: fmt.Sprintf("key %04d", 1203-i), Began: began, Ends: began.Add(time.Minute), Hits: i + 1})
			}
			// Many nodes at once, with the same keys.
			var group sync.WaitGroup
			for range 4 {
				group.Go(func() {
					if _, err := st.AddRateCounts(t.Context(), list); err != nil {
						t.Error(err)
					}
				})
			}
			group.Wait()
			sums, err := st.AddRateCounts(t.Context(), []store.RateCount{{Key: "key 0001", Began: began, Ends: began.Add(time.Minute), Hits: 1}})
			if err != nil || len(sums) != 1 || sums[0].Hits != 4*1203+1 || !sums[0].Began.Equal(began) {
				t.Errorf("%v, %v", sums, err)
			}
			// Another window is another count.
			next := began.Add(time.Minute)
			sums, err = st.AddRateCounts(t.Context(), []store.RateCount{{Key: "key 0001", Began: next, Ends: next.Add(time.Minute), Hits: 2}})
			if err != nil || len(sums) != 1 || sums[0].Hits != 2 {
				t.Errorf("%v, %v", sums, err)
			}
			clock = next.Add(11*time.Minute - time.Second)
			if gone, err := st.Sweep(t.Context()); err != nil || gone != 1203 {
				t.Errorf("%d counts were removed, %v", gone, err)
			}
		})
	}
}
