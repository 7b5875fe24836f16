/* SPDX-License-Identifier: Apache-2.0 */
/* Where a key is read from: file:PATH env:NAME exec:COMMAND text:SECRET. Refused: a
 * source that begins with none of these (its text is not repeated: it may be the secret
 * itself), more than 64 KiB, a command that fails or takes too long. The only copy of
 * what was read that stays in memory is the contents, which are wiped with the pool. */
#include "core/key/source.h"
#include "core/crypto/crypto.h"
#include <apr_env.h>
#include <apr_file_io.h>
#include <apr_strings.h>
#include <apr_thread_proc.h>
#include <stdbool.h>

#define LIMIT 65536

/* How long a command may take: httpd does not start until it ends. */
#ifndef SC_EXEC_SECONDS
#define SC_EXEC_SECONDS 10
#endif

static void add_warning(const char **warning, apr_pool_t *p, const char *text)
{
    *warning = *warning ? apr_pstrcat(p, *warning, "; ", text, NULL) : text;
}

static const char *apr_reason(apr_status_t rv, apr_pool_t *p)
{
    char text[128];

    return apr_pstrdup(p, apr_strerror(rv, text, sizeof text));
}

/* Reads until the end, LIMIT + 1 bytes or the deadline. */
static apr_status_t read_until(unsigned char *to, apr_size_t *n, apr_file_t *file,
                               apr_time_t deadline)
{
    apr_status_t rv = APR_SUCCESS;
    apr_size_t size;

    *n = 0;
    while (rv == APR_SUCCESS && *n <= LIMIT) {
        if (deadline) {
            apr_interval_time_t left = deadline - apr_time_now();

            if (left <= 0) return APR_TIMEUP;
            apr_file_pipe_timeout_set(file, left);
        }
        size = LIMIT + 1 - *n;
        rv = apr_file_read(file, to + *n, &size);
        if (rv == APR_SUCCESS) *n += size;
    }
    return rv == APR_EOF ? APR_SUCCESS : rv;
}

static const char *check_key_file(const char **warning, apr_file_t *file,
                                  const char *path, apr_pool_t *p)
{
    apr_finfo_t info;
    apr_status_t rv = apr_file_info_get(&info, APR_FINFO_TYPE | APR_FINFO_PROT, file);

    if (rv != APR_SUCCESS && rv != APR_INCOMPLETE)
        return apr_psprintf(p, "key file %s cannot be examined: %s", path,
                            apr_reason(rv, p));
    if (info.filetype == APR_DIR)
        return apr_psprintf(p, "key file %s is a directory: name a file in it", path);
    if (info.filetype == APR_REG &&
        (info.protection & (APR_FPROT_GREAD | APR_FPROT_WREAD)) != 0)
        add_warning(
            warning, p,
            apr_psprintf(p, "key file %s can be read by %s: chmod 600 %s", path,
                         info.protection & APR_FPROT_WREAD ? "everybody" : "its group",
                         path));
    return NULL;
}

static const char *read_key_file(unsigned char *to, apr_size_t *n, const char **warning,
                                 const char *path, apr_pool_t *p)
{
    apr_file_t *file;
    const char *err;
    apr_status_t rv;

    if (!*path)
        return "the key source \"file:\" needs a path, as in "
               "file:/etc/apache2/session.key";
    rv = apr_file_open(&file, path, APR_FOPEN_READ | APR_FOPEN_BINARY,
                       APR_FPROT_OS_DEFAULT, p);
    if (rv != APR_SUCCESS)
        return apr_psprintf(
            p,
            "key file %s cannot be opened: %s; create it, readable only by the "
            "user who starts httpd (chmod 600)",
            path, apr_reason(rv, p));
    err = check_key_file(warning, file, path, p);
    rv = err ? APR_SUCCESS : read_until(to, n, file, 0);
    apr_file_close(file);
    if (rv != APR_SUCCESS)
        return apr_psprintf(p, "key file %s cannot be read: %s", path, apr_reason(rv, p));
    return err;
}

static const char *read_env(unsigned char *to, apr_size_t *n, const char *name,
                            apr_pool_t *p)
{
    apr_size_t size;
    char *value;

    if (!*name) return "the key source \"env:\" needs a name, as in env:SESSION_KEY";
    if (apr_env_get(&value, name, p) != APR_SUCCESS)
        return apr_psprintf(
            p,
            "environment variable %s is not set where httpd starts: set it in "
            "envvars or in the service's unit file",
            name);
    size = strlen(value);
    *n = size <= LIMIT ? size : LIMIT + 1;
    memcpy(to, value, *n);
    return NULL;
}

/* A command's first word, for messages: what follows may be a password. */
static const char *first_word(const char *command, apr_pool_t *p)
{
    return apr_pstrndup(p, command, strcspn(command, " \t"));
}

static apr_status_t start_command(apr_proc_t *proc, const char *command, apr_pool_t *p)
{
    const char *const args[] = {command, NULL};
    apr_procattr_t *attr;
    apr_file_t *nothing;
    apr_status_t rv;

    rv = apr_file_open(&nothing, "/dev/null", APR_FOPEN_READ, APR_FPROT_OS_DEFAULT, p);
    if (rv == APR_SUCCESS) rv = apr_procattr_create(&attr, p);
    if (rv == APR_SUCCESS)
        rv = apr_procattr_io_set(attr, APR_NO_PIPE, APR_CHILD_BLOCK, APR_NO_PIPE);
    if (rv == APR_SUCCESS) rv = apr_procattr_child_in_set(attr, nothing, NULL);
    if (rv == APR_SUCCESS) rv = apr_procattr_cmdtype_set(attr, APR_SHELLCMD_ENV);
    if (rv == APR_SUCCESS) rv = apr_proc_create(proc, command, args, NULL, attr, p);
    return rv;
}

/* Waits for the command to end, until the deadline. Then, or at once if `kill`, kills it
 * and returns APR_TIMEUP. */
static apr_status_t end_command(apr_proc_t *proc, int *code, apr_exit_why_e *why,
                                bool kill, apr_time_t deadline)
{
    while (!kill) {
        if (apr_proc_wait(proc, code, why, APR_NOWAIT) == APR_CHILD_DONE)
            return APR_SUCCESS;
        kill = apr_time_now() >= deadline;
        if (!kill) apr_sleep(apr_time_from_msec(5));
    }
    apr_proc_kill(proc, SIGKILL);
    apr_proc_wait(proc, code, why, APR_WAIT);
    return APR_TIMEUP;
}

static const char *read_exec(unsigned char *to, apr_size_t *n, const char *command,
                             apr_pool_t *p)
{
    apr_time_t deadline = apr_time_now() + apr_time_from_sec(SC_EXEC_SECONDS);
    const char *word = first_word(command, p);
    apr_exit_why_e why = APR_PROC_EXIT;
    apr_status_t rv, ended;
    apr_proc_t proc;
    int code = 0;

    if (!*command)
        return "the key source \"exec:\" needs a command, as in exec:/usr/local/bin/key";
    rv = start_command(&proc, command, p);
    if (rv != APR_SUCCESS)
        return apr_psprintf(p, "key command %s cannot be started: %s", word,
                            apr_reason(rv, p));
    rv = read_until(to, n, proc.out, deadline);
    apr_file_close(proc.out);
    if (*n > LIMIT) deadline = 0; /* the rest of its output is not wanted */
    ended = end_command(&proc, &code, &why, rv != APR_SUCCESS || *n > LIMIT, deadline);
    if (*n > LIMIT) return NULL;
    if (rv != APR_SUCCESS && !APR_STATUS_IS_TIMEUP(rv))
        return apr_psprintf(p, "key command %s: its output cannot be read: %s", word,
                            apr_reason(rv, p));
    if (ended != APR_SUCCESS)
        return apr_psprintf(
            p, "key command %s did not end within %d seconds and was stopped", word,
            SC_EXEC_SECONDS);
    if (!APR_PROC_CHECK_EXIT(why) || code != 0)
        return apr_psprintf(p,
                            "key command %s failed (%s %d): it must print the key and "
                            "exit with 0",
                            word, APR_PROC_CHECK_EXIT(why) ? "exit code" : "signal",
                            code);
    return NULL;
}

static const char *read_text(unsigned char *to, apr_size_t *n, const char **warning,
                             const char *text, apr_pool_t *p)
{
    apr_size_t size = strlen(text);

    *n = size <= LIMIT ? size : LIMIT + 1;
    memcpy(to, text, *n);
    add_warning(
        warning, p,
        "the source text: keeps the secret in the configuration, where backups and "
        "everybody who may read it see it: use file:PATH");
    return NULL;
}

static const char *read_source(unsigned char *to, apr_size_t *n, const char **warning,
                               const char *source, apr_pool_t *p)
{
    if (strncmp(source, "file:", 5) == 0)
        return read_key_file(to, n, warning, source + 5, p);
    if (strncmp(source, "env:", 4) == 0) return read_env(to, n, source + 4, p);
    if (strncmp(source, "exec:", 5) == 0) return read_exec(to, n, source + 5, p);
    if (strncmp(source, "text:", 5) == 0) return read_text(to, n, warning, source + 5, p);
    return "a key source begins with file:, env:, exec: or text:, as in "
           "file:/etc/apache2/session.key";
}

const char *sc_key_read(sc_bytes_t *contents, const char **warning, const char *source,
                        apr_pool_t *p)
{
    const char *said = NULL, *err;
    unsigned char *buffer;
    apr_size_t n = 0;
    apr_pool_t *tmp;

    if (apr_pool_create(&tmp, p) != APR_SUCCESS)
        return "out of memory while reading a key";
    buffer = sc_secret_alloc(LIMIT + 1, tmp);
    err = read_source(buffer, &n, &said, source, p);
    if (!err && n > LIMIT)
        err = "the key source holds more than 64 KiB, which is not a key: check the file "
              "or command that it names";
    if (!err && n && buffer[n - 1] == '\n') n--;
    if (!err) *contents = sc_secret_dup(sc_bytes(buffer, n), p);
    apr_pool_destroy(tmp);
    if (!err) *warning = said;
    return err;
}
