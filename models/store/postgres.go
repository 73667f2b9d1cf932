package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"

	"grassroots/models"
)

const postgresConns = 20

// pgHandles are the pgx pools below database/sql: the job queue works on the
// primary's directly, and each is closed with the store.
type pgHandles struct {
	primary  *pgxpool.Pool
	replicas []*pgxpool.Pool
}

func (h *pgHandles) close() {
	h.primary.Close()
	for _, r := range h.replicas {
		r.Close()
	}
}

// openPostgres connects to the primary, which must answer, and to the
// replicas, which may be away.
func (s *Store) openPostgres(ctx context.Context, cfg Config) (gorm.Dialector, error) {
	primary, err := pgPool(ctx, cfg.PostgresURL, cfg.MaxConns)
	if err != nil {
		return nil, err
	}
	s.pg = &pgHandles{primary: primary}
	s.pool = &pool{writer: pgSQL(primary), now: s.now, watch: &watcher{s.log}}
	if err := primary.Ping(ctx); err != nil {
		_ = s.Close()
		return nil, models.Wrap(models.Unavailable, "The Postgres server does not answer.", err)
	}
	for _, u := range cfg.ReplicaURLs {
		replica, err := pgPool(ctx, u, cfg.MaxConns)
		if err != nil {
			_ = s.Close()
			return nil, err
		}
		s.pg.replicas = append(s.pg.replicas, replica)
		s.pool.readers = append(s.pool.readers, &reader{db: pgSQL(replica), remote: true})
	}
	return postgres.New(postgres.Config{Conn: s.pool}), nil
}

// pgPool makes a pool whose times come back in UTC.
func pgPool(ctx context.Context, address string, conns int) (*pgxpool.Pool, error) {
	cfg, err := pgxpool.ParseConfig(address)
	if err != nil {
		// pgx leaves the password out of this error.
		return nil, models.Wrap(models.Invalid, "The Postgres address cannot be read.", err)
	}
	if conns <= 0 {
		conns = postgresConns
	}
	cfg.MaxConns = int32(conns)
	cfg.MaxConnIdleTime = 5 * time.Minute
	if cfg.ConnConfig.ConnectTimeout == 0 {
		cfg.ConnConfig.ConnectTimeout = 5 * time.Second
	}
	cfg.ConnConfig.RuntimeParams["timezone"] = "UTC"
	cfg.ConnConfig.RuntimeParams["application_name"] = "grassroots"
	cfg.AfterConnect = func(_ context.Context, c *pgx.Conn) error {
		c.TypeMap().RegisterType(&pgtype.Type{
			Name:  "timestamptz",
			OID:   pgtype.TimestamptzOID,
			Codec: &pgtype.TimestamptzCodec{ScanLocation: time.UTC},
		})
		return nil
	}
	p, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return nil, models.Wrap(models.Unavailable, "The Postgres server cannot be reached.", err)
	}
	return p, nil
}

func pgSQL(p *pgxpool.Pool) *sql.DB { return stdlib.OpenDBFromPool(p) }
