/* SPDX-License-Identifier: Apache-2.0 */
/* A module in which any call can fail that may fail in earnest: it is linked so that
 * these wrappers stand before the functions (ld's --wrap; Makefile.am takes the names
 * from the lines WRAP below). Which call fails is in a file that all of httpd's processes
 * share and that run.t writes and reads, SC_FAULTS. Not here: what gives up when there is
 * no memory, as APR's pools and our JSON values do. */

#include "core/crypto/crypto.h"
#include "httpd.h"
#include "http_core.h"
#include "ap_provider.h"
#include "ap_socache.h"
#include "util_filter.h"
#include "util_mutex.h"
#include <apr_file_io.h>
#include <apr_shm.h>
#include <apr_strings.h>
#include <apr_thread_proc.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <poll.h>
#include <sodium.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#ifdef HAVE_HIREDIS
#include <hiredis.h>
#endif

#define SITES 2032

/* The file, 8 KiB; the test knows its layout. */
typedef struct {
    _Atomic(int32_t) mode; /* see below */
    _Atomic(int32_t) left; /* which call fails: 1 is the next */
    _Atomic(int32_t) seen; /* calls */
    _Atomic(int32_t) fired;
    char name[48]; /* of the function that failed first */
    _Atomic(uint32_t) sites[SITES];
} faults_t;

enum { OFF, ONCE, FROM_THEN_ON, ONCE_A_PLACE };

/* Where gcc counts lines (make coverage), its own code for that is linked here, too. */
static _Thread_local bool is_counting;
extern void __real___gcov_exit(void) __attribute__((weak));
void __wrap___gcov_exit(void);

/* WRAP(void, __gcov_exit, */
void __wrap___gcov_exit(void)
{
    is_counting = true;
    __real___gcov_exit();
    is_counting = false;
}

int __real_open(const char *path, int flags, ...);
void *__real_mmap(void *a, size_t n, int prot, int flags, int fd, off_t at);

static faults_t *shared(void)
{
    static _Atomic(faults_t *) faults;
    faults_t *there = atomic_load(&faults);
    const char *path = there ? NULL : getenv("SC_FAULTS");
    int fd;

    if (!path) return there;
    fd = __real_open(path, O_RDWR | O_CLOEXEC);
    if (fd < 0) abort();
    there = __real_mmap(NULL, sizeof(*there), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (there == MAP_FAILED) abort();
    close(fd);
    atomic_store(&faults, there);
    return there;
}

/* Whether this is the first call from that place in the code. */
static bool is_new_place(faults_t *faults, const char *from)
{
    static const char here;
    uint32_t place = (uint32_t)(from - &here), none;

    for (uint32_t i = place % SITES;; i = (i + 1) % SITES) {
        none = 0;
        if (atomic_compare_exchange_strong(&faults->sites[i], &none, place)) return true;
        if (none == place) return false;
    }
}

static bool fails(const char *name, const void *from)
{
    int error = errno;
    faults_t *faults = shared();
    int mode = faults ? atomic_load(&faults->mode) : OFF, left;

    errno = error;
    if (mode == OFF || is_counting ||
        (mode == ONCE_A_PLACE && !is_new_place(faults, from)))
        return false;
    atomic_fetch_add(&faults->seen, 1);
    left = atomic_fetch_sub(&faults->left, 1);
    if (left > 1 || (left < 1 && mode != FROM_THEN_ON)) return false;
    if (!atomic_exchange(&faults->fired, 1)) apr_cpystrn(faults->name, name, 48);
    return true;
}

#define WRAP(type, name, params, args, failure)                                          \
    type __real_##name params;                                                           \
    type __wrap_##name params;                                                           \
    type __wrap_##name params                                                            \
    {                                                                                    \
        return fails(#name, __builtin_return_address(0)) ? (failure)                     \
                                                         : __real_##name args;           \
    }

#define SET(error, answer) (errno = (error), (answer))

/* clang-format off */

/* --- files, memory, processes --- */
WRAP(void *, malloc, (size_t n), (n), SET(ENOMEM, NULL))
WRAP(void *, calloc, (size_t n, size_t m), (n, m), SET(ENOMEM, NULL))
WRAP(void *, mmap, (void *a, size_t n, int prot, int flags, int fd, off_t at), (a, n, prot, flags, fd, at), SET(ENOMEM, MAP_FAILED))
WRAP(int, fstat, (int fd, struct stat *s), (fd, s), SET(EIO, -1))
WRAP(int, stat, (const char *path, struct stat *s), (path, s), SET(EACCES, -1))
WRAP(ssize_t, pread, (int fd, void *to, size_t n, off_t at), (fd, to, n, at), SET(EIO, -1))
WRAP(ssize_t, write, (int fd, const void *from, size_t n), (fd, from, n), SET(ENOSPC, -1))
WRAP(int, fsync, (int fd), (fd), SET(EIO, -1))
WRAP(int, flock, (int fd, int how), (fd, how), SET(ENOLCK, -1))
WRAP(off_t, lseek, (int fd, off_t at, int whence), (fd, at, whence), SET(EIO, -1))
WRAP(int, fchown, (int fd, uid_t user, gid_t group), (fd, user, group), SET(EPERM, -1))
WRAP(pid_t, fork, (void), (), SET(EAGAIN, -1))
WRAP(pid_t, waitpid, (pid_t pid, int *status, int how), (pid, status, how), SET(ECHILD, -1))

int __wrap_open(const char *path, int flags, int mode);
/* WRAP(int, open, */
int __wrap_open(const char *path, int flags, int mode)
{
    return fails("open", __builtin_return_address(0)) ? SET(EMFILE, -1)
                                                      : __real_open(path, flags, mode);
}

/* --- sockets --- */
WRAP(int, poll, (struct pollfd *fds, nfds_t n, int ms), (fds, n, ms), SET(EINVAL, -1))
WRAP(ssize_t, send, (int fd, const void *from, size_t n, int flags), (fd, from, n, flags), SET(ECONNRESET, -1))
WRAP(ssize_t, recv, (int fd, void *to, size_t n, int flags), (fd, to, n, flags), SET(ECONNRESET, -1))
WRAP(int, getsockopt, (int fd, int level, int name, void *to, socklen_t *n), (fd, level, name, to, n), SET(ENOBUFS, -1))
#ifdef HAVE_HIREDIS
WRAP(redisContext *, redisConnectNonBlock, (const char *host, int port), (host, port), NULL)
WRAP(redisContext *, redisConnectUnixNonBlock, (const char *path), (path), NULL)
WRAP(int, redisReaderFeed, (redisReader *reader, const char *from, size_t n), (reader, from, n), REDIS_ERR)
WRAP(int, redisReaderGetReply, (redisReader *reader, void **reply), (reader, reply), REDIS_ERR)
#endif

/* --- APR and httpd --- */
WRAP(apr_status_t, apr_file_open, (apr_file_t **file, const char *path, apr_int32_t flags, apr_fileperms_t mode, apr_pool_t *p), (file, path, flags, mode, p), APR_EACCES)
WRAP(apr_status_t, apr_file_read, (apr_file_t *file, void *to, apr_size_t *n), (file, to, n), APR_EGENERAL)
WRAP(apr_status_t, apr_file_info_get, (apr_finfo_t *info, apr_int32_t want, apr_file_t *file), (info, want, file), APR_EGENERAL)
WRAP(apr_status_t, apr_shm_create, (apr_shm_t **shm, apr_size_t n, const char *path, apr_pool_t *p), (shm, n, path, p), APR_ENOMEM)
WRAP(apr_status_t, apr_pool_create_unmanaged_ex, (apr_pool_t **made, apr_abortfunc_t on_error, apr_allocator_t *allocator), (made, on_error, allocator), APR_ENOMEM)
WRAP(apr_status_t, apr_thread_mutex_create, (apr_thread_mutex_t **mutex, unsigned flags, apr_pool_t *p), (mutex, flags, p), APR_ENOMEM)
WRAP(apr_status_t, apr_threadkey_private_create, (apr_threadkey_t **key, void (*end)(void *), apr_pool_t *p), (key, end, p), APR_ENOMEM)
WRAP(apr_status_t, apr_threadkey_private_get, (void **value, apr_threadkey_t *key), (value, key), APR_EGENERAL)
WRAP(apr_status_t, apr_threadkey_private_set, (void *value, apr_threadkey_t *key), (value, key), APR_ENOMEM)
WRAP(apr_status_t, apr_global_mutex_child_init, (apr_global_mutex_t **mutex, const char *path, apr_pool_t *p), (mutex, path, p), APR_EGENERAL)
WRAP(apr_status_t, apr_global_mutex_lock, (apr_global_mutex_t *mutex), (mutex), APR_EGENERAL)
WRAP(apr_status_t, apr_brigade_write, (apr_bucket_brigade *bb, apr_brigade_flush flush, void *baton, const char *from, apr_size_t n), (bb, flush, baton, from, n), APR_ENOMEM)
WRAP(apr_status_t, apr_brigade_partition, (apr_bucket_brigade *bb, apr_off_t at, apr_bucket **after), (bb, at, after), APR_ENOTIMPL)
WRAP(apr_status_t, ap_get_brigade, (ap_filter_t *f, apr_bucket_brigade *bb, ap_input_mode_t mode, apr_read_type_e block, apr_off_t n), (f, bb, mode, block, n), APR_ECONNABORTED)
WRAP(apr_status_t, ap_pass_brigade, (ap_filter_t *f, apr_bucket_brigade *bb), (f, bb), APR_ECONNABORTED)
WRAP(apr_status_t, ap_global_mutex_create, (apr_global_mutex_t **mutex, const char **path, const char *type, const char *id, server_rec *s, apr_pool_t *p, apr_int32_t options), (mutex, path, type, id, s, p, options), APR_ENOSPC)
WRAP(void *, apr_dynamic_fn_retrieve, (const char *name), (name), NULL)

/* --- cryptography, compression --- */
WRAP(int, sc_crypto_random, (void *baton, unsigned char *to, apr_size_t n), (baton, to, n), -1)
WRAP(EVP_MD_CTX *, EVP_MD_CTX_new, (void), (), NULL)
WRAP(int, EVP_MD_CTX_copy_ex, (EVP_MD_CTX *to, const EVP_MD_CTX *from), (to, from), 0)
WRAP(int, EVP_DigestInit_ex, (EVP_MD_CTX *ctx, const EVP_MD *md, ENGINE *engine), (ctx, md, engine), 0)
WRAP(int, EVP_DigestUpdate, (EVP_MD_CTX *ctx, const void *from, size_t n), (ctx, from, n), 0)
WRAP(int, EVP_DigestFinal_ex, (EVP_MD_CTX *ctx, unsigned char *to, unsigned *n), (ctx, to, n), 0)
WRAP(EVP_CIPHER_CTX *, EVP_CIPHER_CTX_new, (void), (), NULL)
WRAP(int, EVP_EncryptInit_ex2, (EVP_CIPHER_CTX *ctx, const EVP_CIPHER *cipher, const unsigned char *key, const unsigned char *iv, const OSSL_PARAM *params), (ctx, cipher, key, iv, params), 0)
WRAP(int, EVP_EncryptUpdate, (EVP_CIPHER_CTX *ctx, unsigned char *to, int *n, const unsigned char *from, int size), (ctx, to, n, from, size), 0)
WRAP(EVP_PKEY_CTX *, EVP_PKEY_CTX_dup, (const EVP_PKEY_CTX *ctx), (ctx), NULL)
WRAP(int, EVP_PKEY_verify, (EVP_PKEY_CTX *ctx, const unsigned char *mac, size_t n, const unsigned char *text, size_t m), (ctx, mac, n, text, m), -1)
WRAP(int, EVP_PKEY_sign, (EVP_PKEY_CTX *ctx, unsigned char *mac, size_t *n, const unsigned char *text, size_t m), (ctx, mac, n, text, m), -1)
WRAP(int, sodium_init, (void), (), -1)
WRAP(int, crypto_aead_xchacha20poly1305_ietf_encrypt, (unsigned char *to, unsigned long long *n, const unsigned char *from, unsigned long long size, const unsigned char *ad, unsigned long long m, const unsigned char *none, const unsigned char *nonce, const unsigned char *key), (to, n, from, size, ad, m, none, nonce, key), -1)
WRAP(int, crypto_aead_xchacha20poly1305_ietf_decrypt, (unsigned char *to, unsigned long long *n, unsigned char *none, const unsigned char *from, unsigned long long size, const unsigned char *ad, unsigned long long m, const unsigned char *nonce, const unsigned char *key), (to, n, none, from, size, ad, m, nonce, key), -1)
WRAP(int, crypto_generichash_init, (crypto_generichash_state *state, const unsigned char *key, const size_t n, const size_t size), (state, key, n, size), -1)
WRAP(int, crypto_generichash_update, (crypto_generichash_state *state, const unsigned char *from, unsigned long long n), (state, from, n), -1)
WRAP(int, crypto_generichash_final, (crypto_generichash_state *state, unsigned char *to, const size_t n), (state, to, n), -1)
WRAP(int, crypto_stream_xchacha20_xor, (unsigned char *to, const unsigned char *from, unsigned long long n, const unsigned char *nonce, const unsigned char *key), (to, from, n, nonce, key), -1)
WRAP(int, crypto_sign_detached, (unsigned char *mac, unsigned long long *n, const unsigned char *text, unsigned long long size, const unsigned char *key), (mac, n, text, size, key), -1)
WRAP(int, crypto_sign_verify_detached, (const unsigned char *mac, const unsigned char *text, unsigned long long n, const unsigned char *key), (mac, text, n, key), -1)
WRAP(int, crypto_sign_seed_keypair, (unsigned char *open, unsigned char *secret, const unsigned char *seed), (open, secret, seed), -1)
WRAP(int, inflateInit_, (z_streamp z, const char *version, int size), (z, version, size), Z_MEM_ERROR)
WRAP(int, inflate, (z_streamp z, int flush), (z, flush), Z_MEM_ERROR)
WRAP(int, deflateInit2_, (z_streamp z, int level, int method, int bits, int memory, int strategy, const char *version, int size), (z, level, method, bits, memory, strategy, version, size), Z_MEM_ERROR)
WRAP(int, deflate, (z_streamp z, int flush), (z, flush), Z_STREAM_ERROR)

/* clang-format on */

/* --- mod_socache_shmcb --- */

static const ap_socache_provider_t *real_socache;

#define SOCACHE(name, params, args)                                                      \
    static apr_status_t socache_##name params                                            \
    {                                                                                    \
        return fails("socache " #name, __builtin_return_address(0))                      \
                   ? APR_EGENERAL                                                        \
                   : real_socache->name args;                                            \
    }

SOCACHE(init,
        (ap_socache_instance_t * i, const char *n, const struct ap_socache_hints *h,
         server_rec *s, apr_pool_t *p),
        (i, n, h, s, p))
SOCACHE(store,
        (ap_socache_instance_t * i, server_rec *s, const unsigned char *id, unsigned n,
         apr_time_t end, unsigned char *data, unsigned size, apr_pool_t *p),
        (i, s, id, n, end, data, size, p))
SOCACHE(retrieve,
        (ap_socache_instance_t * i, server_rec *s, const unsigned char *id, unsigned n,
         unsigned char *data, unsigned *size, apr_pool_t *p),
        (i, s, id, n, data, size, p))
SOCACHE(remove,
        (ap_socache_instance_t * i, server_rec *s, const unsigned char *id, unsigned n,
         apr_pool_t *p),
        (i, s, id, n, p))

static const char *socache_create(ap_socache_instance_t **i, const char *argument,
                                  apr_pool_t *tmp, apr_pool_t *p)
{
    return fails("socache create", __builtin_return_address(0))
               ? "it cannot be made"
               : real_socache->create(i, argument, tmp, p);
}

void *__real_ap_lookup_provider(const char *group, const char *name, const char *version);
void *__wrap_ap_lookup_provider(const char *group, const char *name, const char *version);

/* WRAP(void *, ap_lookup_provider, */
void *__wrap_ap_lookup_provider(const char *group, const char *name, const char *version)
{
    static ap_socache_provider_t failing;

    real_socache = __real_ap_lookup_provider(group, name, version);
    if (!real_socache || strcmp(group, AP_SOCACHE_PROVIDER_GROUP))
        return (void *)real_socache;
    failing = *real_socache;
    failing.create = socache_create;
    failing.init = socache_init;
    failing.store = socache_store;
    failing.retrieve = socache_retrieve;
    failing.remove = socache_remove;
    return &failing;
}
