package exchange_test

import (
	"net/http"
	"sync/atomic"
	"testing"

	"gorm.io/gorm"

	"grassroots/app/exchange"
)

// A command beside the server may take what a run is about to take, between any
// two of its statements. That is no reason to say that anything was refused.
func TestTwoRunsAtOnceRefuseNothing(t *testing.T) {
	each(t, func(t *testing.T, here *instance, there *origin) {
		for range 3 {
			there.post(t, "Letters in minutes", "They arrive.")
		}
		o := here.add(t, there)
		var others atomic.Int64
		err := here.Store.DB(t.Context()).Callback().Query().After("gorm:query").Register("test:another_run", func(db *gorm.DB) {
			if db.Statement.Table != "exchange_copies" || db.RowsAffected > 0 || !others.CompareAndSwap(0, 1) {
				return
			}
			if r, err := here.ex.Sync(t.Context(), o, exchange.SyncOptions{}); err != nil || r.New != 3 || len(r.Refused) > 0 {
				t.Errorf("the other run: %+v, %v", r, err)
			}
		})
		if err != nil {
			t.Fatal(err)
		}
		here.sync(t, 0, 0, 0, 0)
		if others.Load() != 1 {
			t.Error("there was no other run")
		}
		if list, err := here.Store.Refusals(t.Context(), o.ID, here.Site.Now(), 10); err != nil || len(list) > 0 {
			t.Errorf("refused: %+v, %v", list, err)
		}
		here.Client(t).Get("/case-studies/letters-in-minutes").Want(http.StatusOK)
	})
}
