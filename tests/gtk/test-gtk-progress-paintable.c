/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The pie: what is drawn, by its pixels, and when. */

#include <asynctask-gtk.h>

#include <math.h>

#include "at-test.h"

static const GdkRGBA colors[] = {
  [GTK_SYMBOLIC_COLOR_FOREGROUND] = { 0, 0, 1, 1 },
  [GTK_SYMBOLIC_COLOR_ERROR] = { 1, 0, 0, 1 },
  [GTK_SYMBOLIC_COLOR_WARNING] = { 1, 1, 0, 1 },
  [GTK_SYMBOLIC_COLOR_SUCCESS] = { 0, 1, 0, 1 },
};

static guint
count (guint *counter)
{
  return (*counter)++;
}

static cairo_surface_t *
draw (AtGtkProgressPaintable *paintable,
      int                     width,
      int                     height,
      int                     scale)
{
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, width * scale, height * scale);
  cairo_t *cr = cairo_create (surface);
  GtkSnapshot *snapshot = gtk_snapshot_new ();
  GskRenderNode *node;

  cairo_scale (cr, scale, scale);
  gtk_symbolic_paintable_snapshot_symbolic (GTK_SYMBOLIC_PAINTABLE (paintable), snapshot, width, height, colors,
                                            G_N_ELEMENTS (colors));
  node = gtk_snapshot_free_to_node (snapshot);
  if (node != NULL)
    {
      gsk_render_node_draw (node, cr);
      gsk_render_node_unref (node);
    }
  cairo_destroy (cr);
  cairo_surface_flush (surface);

  return surface;
}

static guint32
get_pixel (cairo_surface_t *surface,
           double           x,
           double           y)
{
  const guint8 *row = cairo_image_surface_get_data (surface) + (int) y * cairo_image_surface_get_stride (surface);

  return ((const guint32 *) (gconstpointer) row)[(int) x];
}

/* Alpha, in the direction of an hour of a clock, at a part of the width from the center. */
static guint
get_alpha (cairo_surface_t *surface,
           double           hour,
           double           distance)
{
  double width = cairo_image_surface_get_width (surface);
  double height = cairo_image_surface_get_height (surface);
  double size = MIN (width, height);
  double angle = hour / 12 * 2 * G_PI;

  return get_pixel (surface, width / 2 + sin (angle) * distance * size, height / 2 - cos (angle) * distance * size) >> 24;
}

/* Which quarters are filled, clockwise from the top. */
static char *
get_quarters (AtGtkProgressPaintable *paintable,
              int                     width,
              int                     height,
              int                     scale)
{
  cairo_surface_t *surface = draw (paintable, width, height, scale);
  char *quarters = g_new0 (char, 5);

  for (int i = 0; i < 4; i++)
    {
      guint alpha = get_alpha (surface, 1.5 + 3 * i, 0.25);

      /* The rest of it is seen, too. */
      g_assert_cmpuint (alpha, >=, 50);
      quarters[i] = alpha > 250 ? '#' : alpha < 100 ? '-' : '?';
    }
  cairo_surface_destroy (surface);

  return quarters;
}

static void
assert_quarters (AtGtkProgressPaintable *paintable,
                 int                     width,
                 int                     height,
                 int                     scale,
                 const char             *expected)
{
  g_autofree char *quarters = get_quarters (paintable, width, height, scale);

  g_assert_cmpstr (quarters, ==, expected);
}

static void
test_pie (void)
{
  static const struct { double fraction; const char *quarters; } cases[] = {
    { 0, "----" }, { 0.25, "#---" }, { 0.5, "##--" }, { 0.75, "###-" }, { 1, "####" },
  };
  GtkTextDirection direction = gtk_widget_get_default_direction ();
  g_autoptr (AtGtkProgressPaintable) paintable = at_gtk_progress_paintable_new (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      at_gtk_progress_paintable_set_fraction (paintable, cases[i].fraction);
      assert_quarters (paintable, 16, 16, 1, cases[i].quarters);
      assert_quarters (paintable, 16, 16, 2, cases[i].quarters);
      assert_quarters (paintable, 48, 32, 1, cases[i].quarters);
      /* A clock goes round the same way everywhere. */
      gtk_widget_set_default_direction (GTK_TEXT_DIR_RTL);
      assert_quarters (paintable, 16, 16, 1, cases[i].quarters);
      gtk_widget_set_default_direction (direction);
    }
}

/* It stays in its box, at each scale; and it is a disc, not a square. */
static void
test_bounds (void)
{
  g_autoptr (AtGtkProgressPaintable) paintable = at_gtk_progress_paintable_new (NULL);

  at_gtk_progress_paintable_set_fraction (paintable, 1);
  g_assert_cmpint (gdk_paintable_get_intrinsic_width (GDK_PAINTABLE (paintable)), ==, 16);
  g_assert_cmpint (gdk_paintable_get_intrinsic_height (GDK_PAINTABLE (paintable)), ==, 16);
  for (int scale = 1; scale <= 3; scale++)
    {
      cairo_surface_t *surface = draw (paintable, 16, 16, scale);
      int size = 16 * scale;

      for (int i = 0; i < size; i++)
        {
          g_assert_cmpuint (get_pixel (surface, i, 0) >> 24, ==, 0);
          g_assert_cmpuint (get_pixel (surface, 0, i) >> 24, ==, 0);
          g_assert_cmpuint (get_pixel (surface, i, size - 1) >> 24, ==, 0);
          g_assert_cmpuint (get_pixel (surface, size - 1, i) >> 24, ==, 0);
        }
      g_assert_cmpuint (get_pixel (surface, 2.2 * scale, 2.2 * scale) >> 24, ==, 0);
      g_assert_cmpuint (get_pixel (surface, 8 * scale, 8 * scale), ==, 0xff0000ff);
      cairo_surface_destroy (surface);
    }
}

/* Shapes differ, not colors alone. */
static void
test_glyphs (void)
{
  g_autoptr (AtGtkProgressPaintable) paintable = at_gtk_progress_paintable_new (NULL);
  cairo_surface_t *surface;

  at_gtk_progress_paintable_set_fraction (paintable, 0.5);
  at_gtk_progress_paintable_set_paused (paintable, TRUE);
  surface = draw (paintable, 64, 64, 1);
  g_assert_cmpuint (get_alpha (surface, 0, 0), ==, 0);              /* between the bars */
  g_assert_cmpuint (get_pixel (surface, 26, 32), ==, 0xff0000ff);   /* the bars */
  g_assert_cmpuint (get_pixel (surface, 38, 32), ==, 0xff0000ff);
  g_assert_cmpuint (get_alpha (surface, 3, 6.5 / 16), ==, 255);     /* the ring, half of it */
  g_assert_cmpuint (get_alpha (surface, 9, 6.5 / 16), <, 100);
  cairo_surface_destroy (surface);

  /* An error is what counts. */
  at_gtk_progress_paintable_set_error (paintable, TRUE);
  surface = draw (paintable, 64, 64, 1);
  g_assert_cmpuint (get_pixel (surface, 32, 24), ==, 0xffff0000);   /* the mark and its dot */
  g_assert_cmpuint (get_alpha (surface, 6, 1.3 / 16), ==, 0);
  g_assert_cmpuint (get_pixel (surface, 32, 44), ==, 0xffff0000);
  g_assert_cmpuint (get_pixel (surface, 26, 32), ==, 0);
  g_assert_cmpuint (get_alpha (surface, 3, 6.5 / 16), ==, 255);
  cairo_surface_destroy (surface);

  at_gtk_progress_paintable_set_error (paintable, FALSE);
  at_gtk_progress_paintable_set_paused (paintable, FALSE);
  /* Nothing moves, so that there is no quarter which one would take for a fraction. */
  at_gtk_progress_paintable_set_indeterminate (paintable, TRUE);
  surface = draw (paintable, 64, 64, 1);
  for (int i = -1; i <= 1; i++)
    g_assert_cmpuint (get_pixel (surface, 32 + i * 12, 32), ==, 0xff0000ff);
  for (int hour = 0; hour < 12; hour++)
    {
      g_assert_cmpuint (get_alpha (surface, hour, 6.5 / 16), <, 100);
      g_assert_cmpuint (get_alpha (surface, hour, 6.5 / 16), >, 50);
    }
  cairo_surface_destroy (surface);

  at_gtk_progress_paintable_animate_done (paintable);
  g_assert_true (at_gtk_progress_paintable_get_done (paintable));
  surface = draw (paintable, 64, 64, 1);
  g_assert_cmpuint (get_pixel (surface, 32 - 1.5 * 4, 32 + 4 * 4), ==, 0xff0000ff); /* where its lines meet */
  g_assert_cmpuint (get_pixel (surface, 32 + 5 * 4, 32 - 3.5 * 4), ==, 0xff0000ff);
  g_assert_cmpuint (get_alpha (surface, 6, 6.5 / 16), ==, 0);
  cairo_surface_destroy (surface);
}

static void
test_icon (void)
{
  g_autoptr (AtGtkProgressPaintable) paintable = at_gtk_progress_paintable_new (NULL);
  cairo_surface_t *surface;
  guint n_inside = 0;

  at_gtk_progress_paintable_set_icon_name (paintable, "media-playback-stop-symbolic");
  g_assert_cmpstr (at_gtk_progress_paintable_get_icon_name (paintable), ==, "media-playback-stop-symbolic");

  /* No progress, no ring. */
  surface = draw (paintable, 64, 64, 1);
  g_assert_cmpuint (get_alpha (surface, 3, 6.5 / 16), ==, 0);
  cairo_surface_destroy (surface);

  at_gtk_progress_paintable_set_fraction (paintable, 0.25);
  surface = draw (paintable, 64, 64, 1);
  g_assert_cmpuint (get_alpha (surface, 1.5, 6.5 / 16), ==, 255);
  g_assert_cmpuint (get_alpha (surface, 7.5, 6.5 / 16), <, 100);
  for (int x = 12; x < 52; x++)
    for (int y = 12; y < 52; y++)
      n_inside += get_pixel (surface, x, y) == 0xff0000ff;
  g_assert_cmpuint (n_inside, >, 100);
  cairo_surface_destroy (surface);
}

/* GTK asks for these, too, and says so where they are missing. */
static void
test_plain (void)
{
  g_autoptr (AtGtkProgressPaintable) paintable = at_gtk_progress_paintable_new (NULL);
  g_autoptr (GdkPaintable) image = NULL;
  g_autoptr (GtkSnapshot) snapshot = gtk_snapshot_new ();
  g_autoptr (GskRenderNode) node = NULL;

  at_gtk_progress_paintable_set_fraction (paintable, 0.25);
  image = gdk_paintable_get_current_image (GDK_PAINTABLE (paintable));
  at_gtk_progress_paintable_set_fraction (paintable, 1);
  g_assert_cmpint (gdk_paintable_get_intrinsic_width (image), ==, 16);
  gdk_paintable_snapshot (image, snapshot, 16, 16);
  node = gtk_snapshot_to_node (snapshot);
  g_assert_nonnull (node);
}

/* Nobody draws it again for less than a pixel. */
static void
test_pixels (void)
{
  g_autoptr (AtGtkProgressPaintable) paintable = at_gtk_progress_paintable_new (NULL);
  guint n_invalidated = 0;
  guint n_notified = 0;

  g_signal_connect_swapped (paintable, "invalidate-contents", G_CALLBACK (count), &n_invalidated);
  g_signal_connect_swapped (paintable, "notify::fraction", G_CALLBACK (count), &n_notified);
  cairo_surface_destroy (draw (paintable, 16, 16, 1));
  for (int i = 1; i <= 10000; i++)
    at_gtk_progress_paintable_set_fraction (paintable, i / 10000.);
  g_assert_cmpuint (n_notified, ==, 10000);
  g_assert_cmpuint (n_invalidated, ==, 44);                         /* 2 pi 7 */

  cairo_surface_destroy (draw (paintable, 32, 32, 1));
  n_invalidated = 0;
  for (int i = 10000; i >= 0; i--)
    at_gtk_progress_paintable_set_fraction (paintable, i / 10000.);
  g_assert_cmpuint (n_invalidated, ==, 88);

  /* What is the same is nothing new, and what is no number either. */
  n_invalidated = n_notified = 0;
  at_gtk_progress_paintable_set_fraction (paintable, 0);
  at_gtk_progress_paintable_set_fraction (paintable, -1);
  at_gtk_progress_paintable_set_fraction (paintable, NAN);
  at_gtk_progress_paintable_set_paused (paintable, FALSE);
  at_gtk_progress_paintable_set_icon_name (paintable, NULL);
  g_assert_cmpuint (n_invalidated + n_notified, ==, 0);
  at_gtk_progress_paintable_set_fraction (paintable, 7);
  g_assert_cmpfloat (at_gtk_progress_paintable_get_fraction (paintable), ==, 1);
}

/* The check mark stays until there is progress again. */
static void
test_done (void)
{
  g_autoptr (AtGtkProgressPaintable) paintable = at_gtk_progress_paintable_new (NULL);
  guint n_notified = 0;

  g_signal_connect_swapped (paintable, "notify::done", G_CALLBACK (count), &n_notified);
  at_gtk_progress_paintable_set_fraction (paintable, 0.9);
  at_gtk_progress_paintable_animate_done (paintable);
  at_gtk_progress_paintable_animate_done (paintable);
  at_gtk_progress_paintable_set_fraction (paintable, 1);
  g_assert_true (at_gtk_progress_paintable_get_done (paintable));
  g_assert_cmpuint (n_notified, ==, 1);
  at_gtk_progress_paintable_set_fraction (paintable, 0);
  g_assert_false (at_gtk_progress_paintable_get_done (paintable));
  g_assert_cmpuint (n_notified, ==, 2);
  assert_quarters (paintable, 16, 16, 1, "----");

  at_gtk_progress_paintable_animate_done (paintable);
  at_gtk_progress_paintable_set_error (paintable, TRUE);
  g_assert_false (at_gtk_progress_paintable_get_done (paintable));
}

typedef struct
{
  GtkWidget              *window;
  GtkWidget              *image;
  AtGtkProgressPaintable *paintable;
  guint                   n_invalidated;
} Shown;

static void
set_animations (gboolean enable)
{
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", enable, NULL);
}

static void
show_window (Shown *shown)
{
  shown->window = gtk_window_new ();
  shown->image = gtk_image_new ();
  shown->paintable = at_gtk_progress_paintable_new (shown->image);
  gtk_image_set_from_paintable (GTK_IMAGE (shown->image), GDK_PAINTABLE (shown->paintable));
  gtk_window_set_child (GTK_WINDOW (shown->window), shown->image);
  g_signal_connect_swapped (shown->paintable, "invalidate-contents", G_CALLBACK (count), &shown->n_invalidated);
  gtk_window_present (GTK_WINDOW (shown->window));
  at_test_iterate_until (NULL, gtk_widget_get_mapped (shown->image));
}

static void
close_window (Shown *shown)
{
  gtk_window_destroy (GTK_WINDOW (shown->window));
  g_assert_null (at_gtk_progress_paintable_get_widget (shown->paintable));
  g_assert_finalize_object (shown->paintable);
}

static gboolean
on_frame (GtkWidget     *widget,
          GdkFrameClock *clock,
          gpointer       user_data)
{
  guint *left = user_data;

  return --*left > 0;
}

/* As many frames of a window, which are there because this wants them. */
static void
pass_frames (Shown *shown,
             guint  n_frames)
{
  gtk_widget_add_tick_callback (shown->window, on_frame, &n_frames, NULL);
  at_test_iterate_until (NULL, n_frames == 0);
}

/* What moves, where things move. */
static void
test_moves (void)
{
  Shown shown = { NULL, };
  cairo_surface_t *surface;
  guint n_filled = 0;

  set_animations (TRUE);
  show_window (&shown);
  at_gtk_progress_paintable_set_indeterminate (shown.paintable, TRUE);
  at_test_iterate_until (NULL, shown.n_invalidated >= 10);

  /* A quarter of a ring. */
  surface = draw (shown.paintable, 64, 64, 1);
  for (int hour = 0; hour < 48; hour++)
    n_filled += get_alpha (surface, hour / 4., 6.5 / 16) == 255;
  g_assert_cmpuint (n_filled, >=, 11);
  g_assert_cmpuint (n_filled, <=, 13);
  cairo_surface_destroy (surface);

  /* Nobody sees it. */
  gtk_widget_set_visible (shown.image, FALSE);
  shown.n_invalidated = 0;
  pass_frames (&shown, 3);
  g_assert_cmpuint (shown.n_invalidated, ==, 0);
  gtk_widget_set_visible (shown.image, TRUE);
  at_test_iterate_until (NULL, shown.n_invalidated >= 3);

  /* A pause stands still. */
  at_gtk_progress_paintable_set_paused (shown.paintable, TRUE);
  shown.n_invalidated = 0;
  pass_frames (&shown, 3);
  g_assert_cmpuint (shown.n_invalidated, ==, 0);
  at_gtk_progress_paintable_set_paused (shown.paintable, FALSE);
  at_test_iterate_until (NULL, shown.n_invalidated >= 3);

  /* The way to the check mark has an end. */
  at_gtk_progress_paintable_animate_done (shown.paintable);
  shown.n_invalidated = 0;
  surface = draw (shown.paintable, 64, 64, 1);
  g_assert_cmpuint (get_pixel (surface, 32 + 5 * 4, 32 - 3.5 * 4), !=, 0xff0000ff);
  cairo_surface_destroy (surface);
  for (;;)
    {
      guint before = shown.n_invalidated;

      pass_frames (&shown, 3);
      if (before > 0 && shown.n_invalidated == before)
        break;
    }
  surface = draw (shown.paintable, 64, 64, 1);
  g_assert_cmpuint (get_pixel (surface, 32 + 5 * 4, 32 - 3.5 * 4), ==, 0xff0000ff);
  cairo_surface_destroy (surface);

  close_window (&shown);
}

/* Where nothing is to move, nothing does, from that moment on. */
static void
test_still (void)
{
  Shown shown = { NULL, };

  set_animations (TRUE);
  show_window (&shown);
  at_gtk_progress_paintable_set_indeterminate (shown.paintable, TRUE);
  at_test_iterate_until (NULL, shown.n_invalidated >= 3);

  set_animations (FALSE);
  shown.n_invalidated = 0;
  pass_frames (&shown, 3);
  g_assert_cmpuint (shown.n_invalidated, ==, 0);

  at_gtk_progress_paintable_animate_done (shown.paintable);
  g_assert_cmpuint (shown.n_invalidated, ==, 1);
  pass_frames (&shown, 3);
  g_assert_cmpuint (shown.n_invalidated, ==, 1);

  set_animations (TRUE);
  close_window (&shown);
}

/* The widget goes first, or the paintable, in the middle of a movement. */
static void
test_gone (void)
{
  Shown shown = { NULL, };
  g_autoptr (AtGtkProgressPaintable) kept = NULL;

  set_animations (TRUE);
  show_window (&shown);
  at_gtk_progress_paintable_set_indeterminate (shown.paintable, TRUE);
  at_test_iterate_until (NULL, shown.n_invalidated >= 2);
  close_window (&shown);

  show_window (&shown);
  at_gtk_progress_paintable_set_indeterminate (shown.paintable, TRUE);
  gtk_image_clear (GTK_IMAGE (shown.image));
  g_assert_finalize_object (shown.paintable);
  pass_frames (&shown, 2);

  kept = at_gtk_progress_paintable_new (shown.image);
  at_gtk_progress_paintable_set_indeterminate (kept, TRUE);
  at_gtk_progress_paintable_set_widget (kept, shown.window);
  g_assert_true (at_gtk_progress_paintable_get_widget (kept) == shown.window);
  at_gtk_progress_paintable_set_widget (kept, NULL);
  pass_frames (&shown, 2);
  gtk_window_destroy (GTK_WINDOW (shown.window));
}

static void
test_builder (void)
{
  g_autoptr (GtkBuilder) builder = gtk_builder_new ();
  g_autoptr (GError) error = NULL;
  AtGtkProgressPaintable *paintable;

  gtk_builder_add_from_string (builder,
                               "<interface><object class='GtkImage' id='image'><property name='paintable'>"
                               "<object class='AtGtkProgressPaintable' id='pie'>"
                               "<property name='widget'>image</property>"
                               "<property name='fraction'>0.25</property>"
                               "<property name='icon-name'>folder-symbolic</property>"
                               "<property name='paused'>1</property>"
                               "<property name='error'>1</property>"
                               "<property name='indeterminate'>1</property>"
                               "</object></property></object></interface>", -1, &error);
  g_assert_no_error (error);
  paintable = AT_GTK_PROGRESS_PAINTABLE (gtk_builder_get_object (builder, "pie"));
  g_assert_true ((gpointer) at_gtk_progress_paintable_get_widget (paintable) ==
                 (gpointer) gtk_builder_get_object (builder, "image"));
  g_assert_cmpfloat (at_gtk_progress_paintable_get_fraction (paintable), ==, 0.25);
  g_assert_true (at_gtk_progress_paintable_get_paused (paintable));
  g_assert_true (at_gtk_progress_paintable_get_error (paintable));
  g_assert_true (at_gtk_progress_paintable_get_indeterminate (paintable));
}

int
main (int   argc,
      char *argv[])
{
  at_test_init (&argc, &argv);
  gtk_init ();
  at_gtk_init ();

  g_test_add_func ("/gtk/progress-paintable/pie", test_pie);
  g_test_add_func ("/gtk/progress-paintable/bounds", test_bounds);
  g_test_add_func ("/gtk/progress-paintable/glyphs", test_glyphs);
  g_test_add_func ("/gtk/progress-paintable/icon", test_icon);
  g_test_add_func ("/gtk/progress-paintable/plain", test_plain);
  g_test_add_func ("/gtk/progress-paintable/pixels", test_pixels);
  g_test_add_func ("/gtk/progress-paintable/done", test_done);
  g_test_add_func ("/gtk/progress-paintable/moves", test_moves);
  g_test_add_func ("/gtk/progress-paintable/still", test_still);
  g_test_add_func ("/gtk/progress-paintable/gone", test_gone);
  g_test_add_func ("/gtk/progress-paintable/builder", test_builder);

  return g_test_run ();
}
