/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "downloader-config.h"

#include "downloader-proxy.h"

#include <string.h>

#include <libsoup/soup.h>

/* Which proxies lead to a link: what GIO finds, and all_proxy where it finds none.
 *
 * libsoup gets them without the user name and the password that may stand in their
 * addresses. Those of its own tunnels it would take from there, and then ask for a
 * tunnel to the proxy itself. */
struct _DownloaderProxyResolver
{
  GObject         parent_instance;

  GProxyResolver *system;
  GProxyResolver *for_all;
};

static void downloader_proxy_resolver_iface_init (GProxyResolverInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (DownloaderProxyResolver, downloader_proxy_resolver, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_PROXY_RESOLVER, downloader_proxy_resolver_iface_init))

static void
downloader_proxy_resolver_finalize (GObject *object)
{
  DownloaderProxyResolver *self = DOWNLOADER_PROXY_RESOLVER (object);

  g_clear_object (&self->for_all);

  G_OBJECT_CLASS (downloader_proxy_resolver_parent_class)->finalize (object);
}

static void
downloader_proxy_resolver_class_init (DownloaderProxyResolverClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = downloader_proxy_resolver_finalize;
}

static const char *
get_variable (const char *lower,
              const char *upper)
{
  const char *value = g_getenv (lower);

  if (value == NULL || *value == '\0')
    value = g_getenv (upper);

  return value != NULL && *value != '\0' ? value : NULL;
}

/* What curl and wget read it as: an address without a scheme is that of an HTTP proxy,
 * and the h of socks5h says what GIO does anyway. */
static char *
complete_address (const char *address)
{
  if (strstr (address, "://") == NULL)
    return g_strconcat ("http://", address, NULL);
  if (g_ascii_strncasecmp (address, "socks5h://", strlen ("socks5h://")) == 0)
    return g_strconcat ("socks5", address + strlen ("socks5h"), NULL);

  return g_strdup (address);
}

static GProxyResolver *
make_for_all (void)
{
  const char *address = get_variable ("all_proxy", "ALL_PROXY");
  const char *excepted = get_variable ("no_proxy", "NO_PROXY");
  g_auto(GStrv) hosts = g_strsplit_set (excepted != NULL ? excepted : "", ", ", -1);
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new ();
  g_autofree char *complete = NULL;
  g_auto(GStrv) ignored = NULL;

  if (address == NULL || g_strv_contains ((const char * const *) hosts, "*"))
    return NULL;

  for (char **host = hosts; *host != NULL; host++)
    if (**host != '\0')
      g_strv_builder_add (builder, *host);

  complete = complete_address (address);
  ignored = g_strv_builder_end (builder);
  return g_simple_proxy_resolver_new (complete, ignored);
}

static void
downloader_proxy_resolver_init (DownloaderProxyResolver *self)
{
  self->system = g_proxy_resolver_get_default ();
  self->for_all = make_for_all ();
}

static gboolean
is_direct (char **proxies)
{
  return proxies[0] == NULL || (proxies[1] == NULL && g_str_equal (proxies[0], "direct://"));
}

static char **
find_all (DownloaderProxyResolver  *self,
          const char               *uri,
          GCancellable             *cancellable,
          GError                  **error)
{
  char **proxies = g_proxy_resolver_lookup (self->system, uri, cancellable, error);

  if (proxies == NULL || self->for_all == NULL || !is_direct (proxies))
    return proxies;

  g_strfreev (proxies);
  return g_proxy_resolver_lookup (self->for_all, uri, cancellable, error);
}

/* A SOCKS proxy is spoken to by GIO, which needs them there. */
static char *
leave_out_credentials (const char *address)
{
  g_autoptr(GUri) proxy = g_uri_parse (address, SOUP_HTTP_URI_FLAGS, NULL);
  g_autoptr(GUri) bare = NULL;

  if (proxy == NULL || g_uri_get_userinfo (proxy) == NULL || !g_str_has_prefix (g_uri_get_scheme (proxy), "http"))
    return g_strdup (address);

  bare = soup_uri_copy (proxy, SOUP_URI_USER, NULL, SOUP_URI_PASSWORD, NULL, SOUP_URI_NONE);
  return g_uri_to_string (bare);
}

static gboolean
downloader_proxy_resolver_is_supported (GProxyResolver *resolver)
{
  return TRUE;
}

static char **
downloader_proxy_resolver_lookup (GProxyResolver  *resolver,
                                  const char      *uri,
                                  GCancellable    *cancellable,
                                  GError         **error)
{
  char **proxies = find_all (DOWNLOADER_PROXY_RESOLVER (resolver), uri, cancellable, error);

  for (char **proxy = proxies; proxy != NULL && *proxy != NULL; proxy++)
    {
      g_autofree char *full = *proxy;

      *proxy = leave_out_credentials (full);
    }

  return proxies;
}

static void
lookup_in_thread (GTask        *task,
                  gpointer      source_object,
                  gpointer      task_data,
                  GCancellable *cancellable)
{
  GError *error = NULL;
  char **proxies = downloader_proxy_resolver_lookup (source_object, task_data, cancellable, &error);

  if (proxies != NULL)
    g_task_return_pointer (task, proxies, (GDestroyNotify) g_strfreev);
  else
    g_task_return_error (task, error);
}

static void
downloader_proxy_resolver_lookup_async (GProxyResolver      *resolver,
                                        const char          *uri,
                                        GCancellable        *cancellable,
                                        GAsyncReadyCallback  callback,
                                        gpointer             user_data)
{
  g_autoptr(GTask) task = g_task_new (resolver, cancellable, callback, user_data);

  g_task_set_source_tag (task, downloader_proxy_resolver_lookup_async);
  g_task_set_task_data (task, g_strdup (uri), g_free);
  g_task_run_in_thread (task, lookup_in_thread);
}

static char **
downloader_proxy_resolver_lookup_finish (GProxyResolver  *resolver,
                                         GAsyncResult    *result,
                                         GError         **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
downloader_proxy_resolver_iface_init (GProxyResolverInterface *iface)
{
  iface->is_supported = downloader_proxy_resolver_is_supported;
  iface->lookup = downloader_proxy_resolver_lookup;
  iface->lookup_async = downloader_proxy_resolver_lookup_async;
  iface->lookup_finish = downloader_proxy_resolver_lookup_finish;
}

/**
 * downloader_proxy_resolver_get_default:
 *
 * Gets the resolver that finds the proxies of downloads. The environment is read the
 * first time.
 *
 * Returns: (transfer none): the resolver, for any thread
 */
GProxyResolver *
downloader_proxy_resolver_get_default (void)
{
  static GProxyResolver *resolver;

  if (g_once_init_enter (&resolver))
    g_once_init_leave (&resolver, G_PROXY_RESOLVER (g_object_new (DOWNLOADER_TYPE_PROXY_RESOLVER, NULL)));

  return resolver;
}

/**
 * downloader_proxy_find:
 * @uri: A link.
 * @cancellable: (nullable): The task's cancellable.
 *
 * Finds the proxy that is asked for a link.
 *
 * Returns: (transfer full) (nullable): its address, with the user name and the
 *   password if it has any; %NULL if the server is asked itself
 */
GUri *
downloader_proxy_find (GUri         *uri,
                       GCancellable *cancellable)
{
  g_autofree char *text = g_uri_to_string (uri);
  g_auto(GStrv) proxies = find_all (DOWNLOADER_PROXY_RESOLVER (downloader_proxy_resolver_get_default ()),
                                    text, cancellable, NULL);

  if (proxies == NULL || is_direct (proxies) || g_str_equal (proxies[0], "direct://"))
    return NULL;

  return g_uri_parse (proxies[0], SOUP_HTTP_URI_FLAGS, NULL);
}
