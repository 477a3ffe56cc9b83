/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "fuzz.h"

#include <math.h>

#include "at-progress-pattern-private.h"

/* Input: which pattern, the length of the pieces the text arrives in, and the text.
 *
 * - Progress is a finite fraction, or amounts.
 * - What the text says when it arrives in one piece it also says, in this order, when
 *   it arrives in many; what the beginnings of lines say may come in between. */

static const char * const patterns[] = {
  "(?<percent>\\d+([.,]\\d+)?)\\s*%",
  "(?<completed>[\\d.,' ]+)\\s*/\\s*(?<total>[\\d.,' ]+)",
  "(?<completed>\\d+) of (?<total>\\d+)",
  "^frac=(?<fraction>\\S+)$",
  "(?<completed>\\S+)( (?<total>\\S+))?",
  "(?<percent>.*)",
};

typedef struct
{
  double  fraction;
  guint64 completed;
  guint64 total;
} Progress;

static void
take_progress (double   fraction,
               guint64  completed,
               guint64  total,
               gpointer user_data)
{
  Progress progress = { fraction, completed, total };

  g_assert_true (isfinite (fraction));
  if (fraction >= 0)
    progress = (Progress) { fraction, 0, 0 };
  g_array_append_val ((GArray *) user_data, progress);
}

static GArray *
read_text (GRegex          *regex,
           const FuzzInput *input,
           gsize            step)
{
  GArray *progress = g_array_new (FALSE, FALSE, sizeof (Progress));
  AtProgressPattern pattern;

  at_progress_pattern_init (&pattern, g_regex_ref (regex), take_progress, progress);
  for (gsize at = 0; at < input->left; at += step)
    {
      gsize length = MIN (step, input->left - at);
      g_autofree char *piece = g_memdup2 (input->data + at, length);

      at_progress_pattern_feed (&pattern, piece, length);
    }
  at_progress_pattern_finish (&pattern);
  at_progress_pattern_clear (&pattern);

  return progress;
}

static gboolean
contains_in_order (GArray *all,
                   GArray *some)
{
  guint n = 0;

  for (guint i = 0; i < all->len && n < some->len; i++)
    if (memcmp (&g_array_index (all, Progress, i), &g_array_index (some, Progress, n), sizeof (Progress)) == 0)
      n++;

  return n == some->len;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  static GRegex *regexes[G_N_ELEMENTS (patterns)];
  FuzzInput input = { data, size };
  guint number = fuzz_input_take_byte (&input) % G_N_ELEMENTS (patterns);
  gsize step = 1 + fuzz_input_take_byte (&input);
  g_autoptr (GArray) whole = NULL;
  g_autoptr (GArray) pieces = NULL;

  if (regexes[number] == NULL)
    {
      g_autoptr (GError) error = NULL;

      regexes[number] = at_progress_pattern_compile (patterns[number], &error);
      g_assert_no_error (error);
    }

  /* Matching a line again for each piece of it takes the square of its length. */
  if (input.left > 4096)
    return 0;

  whole = read_text (regexes[number], &input, MAX (input.left, 1));
  pieces = read_text (regexes[number], &input, step);

  g_assert_true (contains_in_order (pieces, whole));

  return 0;
}
