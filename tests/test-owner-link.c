/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "at-owner-link-private.h"

static GPtrArray *told;

static gboolean
on_owner_gone (GObject  *follower,
               gboolean  is_again)
{
  g_assert_false (is_again);
  g_ptr_array_add (told, follower);
  g_object_unref (follower);

  return TRUE;
}

static GObject *
object_new (void)
{
  return g_object_new (G_TYPE_OBJECT, NULL);
}

/* All that are still linked are told, once, in the order in which they came. */
static void
test_told (void)
{
  GObject *owner = object_new ();
  GObject *followers[4];
  AtOwnerLink *links[4];

  told = g_ptr_array_new ();
  for (guint i = 0; i < 4; i++)
    {
      followers[i] = object_new ();
      links[i] = at_owner_link_new (owner, followers[i], on_owner_gone);
    }
  for (guint i = 0; i < 4; i++)
    {
      g_autoptr (GObject) found = at_owner_link_dup_owner (links[i]);

      g_assert_true (found == owner);
    }
  at_owner_link_sever (links[1]);
  g_assert_finalize_object (owner);

  g_assert_cmpuint (told->len, ==, 3);
  g_assert_true (told->pdata[0] == followers[0]);
  g_assert_true (told->pdata[1] == followers[2]);
  g_assert_true (told->pdata[2] == followers[3]);
  for (guint i = 0; i < 4; i++)
    {
      if (i != 1)
        {
          g_assert_null (at_owner_link_dup_owner (links[i]));
          at_owner_link_sever (links[i]);
        }
      g_assert_finalize_object (followers[i]);
    }
  g_clear_pointer (&told, g_ptr_array_unref);
}

static gboolean
wait_for_others (GObject  *follower,
                 gboolean  is_again)
{
  if (is_again)
    g_ptr_array_add (told, follower);
  g_object_unref (follower);

  return is_again;
}

/* Those that want to be the last are, in the order in which they came. */
static void
test_told_again (void)
{
  GObject *owner = object_new ();
  GObject *followers[5];
  AtOwnerLink *links[5];

  told = g_ptr_array_new ();
  for (guint i = 0; i < 5; i++)
    {
      followers[i] = object_new ();
      links[i] = at_owner_link_new (owner, followers[i], i % 2 == 0 ? wait_for_others : on_owner_gone);
    }
  g_assert_finalize_object (owner);

  g_assert_cmpuint (told->len, ==, 5);
  g_assert_true (told->pdata[0] == followers[1]);
  g_assert_true (told->pdata[1] == followers[3]);
  g_assert_true (told->pdata[2] == followers[0]);
  g_assert_true (told->pdata[3] == followers[2]);
  g_assert_true (told->pdata[4] == followers[4]);
  for (guint i = 0; i < 5; i++)
    {
      at_owner_link_sever (links[i]);
      g_assert_finalize_object (followers[i]);
    }
  g_clear_pointer (&told, g_ptr_array_unref);
}

/* A window that was destroyed may be kept by somebody, and own what comes then. */
static void
test_disposed_but_kept (void)
{
  GObject *owner = object_new ();
  g_autoptr (GObject) first = object_new ();
  g_autoptr (GObject) second = object_new ();
  AtOwnerLink *links[2];

  told = g_ptr_array_new ();
  links[0] = at_owner_link_new (owner, first, on_owner_gone);
  g_object_run_dispose (owner);
  g_assert_cmpuint (told->len, ==, 1);
  g_assert_null (at_owner_link_dup_owner (links[0]));

  links[1] = at_owner_link_new (owner, second, on_owner_gone);
  g_object_unref (at_owner_link_dup_owner (links[1]));
  g_assert_finalize_object (owner);
  g_assert_cmpuint (told->len, ==, 2);
  g_assert_true (told->pdata[1] == second);

  at_owner_link_sever (links[0]);
  at_owner_link_sever (links[1]);
  g_clear_pointer (&told, g_ptr_array_unref);
}

static AtOwnerLink *other;

static gboolean
sever_other (GObject  *follower,
             gboolean  is_again)
{
  g_clear_pointer (&other, at_owner_link_sever);
  g_object_unref (follower);

  return TRUE;
}

/* Before it is told, or is told again. */
static void
test_severed_by_one_that_is_told (void)
{
  for (guint i = 0; i < 2; i++)
    {
      GObject *owner = object_new ();
      GObject *followers[2] = { object_new (), object_new () };
      AtOwnerLink *first = NULL;

      told = g_ptr_array_new ();
      if (i == 0)
        first = at_owner_link_new (owner, followers[0], sever_other);
      other = at_owner_link_new (owner, followers[1], wait_for_others);
      if (i == 1)
        first = at_owner_link_new (owner, followers[0], sever_other);
      g_assert_finalize_object (owner);
      g_assert_null (other);
      g_assert_cmpuint (told->len, ==, 0);

      at_owner_link_sever (first);
      g_assert_finalize_object (followers[0]);
      g_assert_finalize_object (followers[1]);
      g_clear_pointer (&told, g_ptr_array_unref);
    }
}

/* What one of them costs does not depend on how many there are: this would take
 * minutes. */
static void
test_many (void)
{
  enum { MANY = 400000 };
  g_autoptr (GObject) owner = object_new ();
  g_autoptr (GObject) follower = object_new ();
  g_autofree AtOwnerLink **links = g_new (AtOwnerLink *, MANY);

  for (guint i = 0; i < MANY; i++)
    links[i] = at_owner_link_new (owner, follower, on_owner_gone);
  for (guint i = 0; i < MANY; i++)
    at_owner_link_sever (links[i]);
}

static gboolean
let_go (GObject  *follower,
        gboolean  is_again)
{
  g_object_unref (follower);

  return is_again;
}

static gpointer
unref_in_thread (gpointer data)
{
  g_object_unref (data);

  return NULL;
}

/* Followers leave while their owner goes in another thread. */
static void
test_race (void)
{
  for (guint round = 0; round < 2000; round++)
    {
      GObject *owner = object_new ();
      GObject *followers[4];
      AtOwnerLink *links[4];
      GThread *thread;

      for (guint i = 0; i < 4; i++)
        {
          followers[i] = object_new ();
          links[i] = at_owner_link_new (owner, followers[i], let_go);
        }
      thread = g_thread_new ("owner", unref_in_thread, owner);
      for (guint i = 4; i-- > 0;)
        {
          g_autoptr (GObject) found = at_owner_link_dup_owner (links[i]);

          at_owner_link_sever (links[i]);
          g_object_unref (followers[i]);
        }
      g_thread_join (thread);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/owner-link/told", test_told);
  g_test_add_func ("/owner-link/told-again", test_told_again);
  g_test_add_func ("/owner-link/disposed-but-kept", test_disposed_but_kept);
  g_test_add_func ("/owner-link/severed-by-one-that-is-told", test_severed_by_one_that_is_told);
  g_test_add_func ("/owner-link/many", test_many);
  g_test_add_func ("/owner-link/race", test_race);

  return g_test_run ();
}
