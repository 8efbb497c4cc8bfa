using System.Net;
using System.Runtime.CompilerServices;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using SaliencyCluster.Grains.Abstractions.Blobs;

namespace SaliencyCluster.Hosting.Blobs.S3;

/// <summary>
/// Blobs as objects of an S3-compatible store. An object appears whole or not at all, since stores publish an upload only when it is
/// complete; large ones go up in parts.
/// </summary>
public sealed class S3BlobStore : IBlobStore, IDisposable
{
    // A blob that is written again gets a new time, so that the collector sees that somebody is about to refer to it; the collector
    // removes nothing that is younger than hours, so minutes are near enough.
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(5);
    private readonly S3Location _location;
    private readonly TimeProvider _time;
    private readonly int _pageSize;
    private readonly AmazonS3Client _client;
    private readonly S3Errors _errors;

    internal S3BlobStore(S3Location location, S3Settings settings, TimeProvider time, AWSCredentials? credentials = null, int pageSize = 1000)
    {
        (_location, _time, _pageSize) = (location, time, pageSize);
        var config = new AmazonS3Config
        {
            AuthenticationRegion = settings.Region,
            ForcePathStyle = settings.UsesPathStyle,
            MaxErrorRetry = 3,
            Timeout = TimeSpan.FromMinutes(5),
            ConnectTimeout = TimeSpan.FromSeconds(5),
            // Other stores do not know Amazon's newer checksums; the name of a blob is its checksum.
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        };
        if (settings.Endpoint is { } endpoint) config.ServiceURL = endpoint;
        else config.RegionEndpoint = Amazon.RegionEndpoint.GetBySystemName(settings.Region);
        _errors = new(location, settings.Endpoint ?? $"Amazon S3 in {settings.Region}");
        _client = credentials is null ? new(config) : new(credentials, config);
    }

    /// <summary>Makes sure that the store can be reached and the bucket may be listed.</summary>
    /// <exception cref="Onnx.SaliencyException">SAL9105: it cannot be reached. SAL9106: there is no such bucket. SAL9107: it denies access.</exception>
    public async Task CheckAsync(CancellationToken ct = default) =>
        await _errors.CallAsync(() => _client.ListObjectsV2Async(new() { BucketName = _location.Bucket, Prefix = _location.Folder, MaxKeys = 1 }, ct));

    /// <inheritdoc/>
    public async Task<string> WriteAsync(ReadOnlyMemory<byte> content, CancellationToken ct = default)
    {
        var hash = HashingReader.HashOf(content.Span);
        if (!await IsFreshAsync(hash, content.Length, ct)) await PutAsync(hash, new MemoryStream(content.ToArray(), writable: false), ct);
        return hash;
    }

    /// <inheritdoc/>
    public async Task<BlobInfo> WriteAsync(Stream content, long maxBytes = long.MaxValue, CancellationToken ct = default)
    {
        // The name is the hash, so the end must be known before the beginning can be sent.
        await using var spool = await Spool.ReadAsync(content, maxBytes, ct);
        if (!await IsFreshAsync(spool.Hash, spool.Length, ct)) await PutAsync(spool.Hash, spool.Content, ct);
        return new(spool.Hash, spool.Length, _time.GetUtcNow());
    }

    /// <inheritdoc/>
    public async Task<byte[]> ReadAsync(string hash, CancellationToken ct = default)
    {
        using var response = await GetAsync(hash, ct);
        await using var content = Checked(response, hash);
        var memory = new MemoryStream(checked((int)response.ContentLength));
        await content.CopyToAsync(memory, ct);
        return memory.Length == memory.Capacity ? memory.GetBuffer() : memory.ToArray();
    }

    /// <inheritdoc/>
    public async Task<Stream> OpenAsync(string hash, CancellationToken ct = default) => Checked(await GetAsync(hash, ct), hash);

    /// <inheritdoc/>
    public async Task<bool> ExistsAsync(string hash, CancellationToken ct = default) => await HeadAsync(hash, ct) is not null;

    /// <inheritdoc/>
    public Task DeleteAsync(string hash, CancellationToken ct = default) =>
        _errors.CallAsync(() => _client.DeleteObjectAsync(_location.Bucket, _location.KeyOf(BlobName.Checked(hash)), ct));

    /// <inheritdoc/>
    public async Task<bool> DeleteUnlessWrittenSinceAsync(string hash, DateTimeOffset since, CancellationToken ct = default)
    {
        // S3 has no delete under a condition on time; what is written again between these two calls is lost, and reported as missing.
        if (await HeadAsync(hash, ct) is not { } head || Written(head.LastModified) >= since) return false;
        await DeleteAsync(hash, ct);
        return true;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<BlobInfo> ListAsync([EnumeratorCancellation] CancellationToken ct = default)
    {
        var request = new ListObjectsV2Request { BucketName = _location.Bucket, Prefix = _location.Folder, MaxKeys = _pageSize };
        do
        {
            var page = await _errors.CallAsync(() => _client.ListObjectsV2Async(request, ct));
            foreach (var found in page.S3Objects ?? [])
            {
                var name = found.Key[(found.Key.LastIndexOf('/') + 1)..];
                if (BlobName.IsHash(name) && found.Key == _location.KeyOf(name)) yield return new(name, found.Size ?? 0, Written(found.LastModified));
            }
            // Instead of the continuation token: stores that keep none for long can go on from any key.
            request.StartAfter = page.IsTruncated == true ? page.S3Objects![^1].Key : null;
        }
        while (request.StartAfter is not null);
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private HashingReader Checked(GetObjectResponse response, string hash) =>
        new(response.ResponseStream, expected: hash, leaveOpen: false, error => S3Errors.Is(error) ? _errors.OfReading(hash, error) : null);

    private async Task<bool> IsFreshAsync(string hash, long length, CancellationToken ct) =>
        await HeadAsync(hash, ct) is { } head && head.ContentLength == length && Written(head.LastModified) > _time.GetUtcNow() - Fresh;

    private Task<GetObjectMetadataResponse?> HeadAsync(string hash, CancellationToken ct) => _errors.CallAsync<GetObjectMetadataResponse?>(async () =>
    {
        try
        {
            return await _client.GetObjectMetadataAsync(_location.Bucket, _location.KeyOf(BlobName.Checked(hash)), ct);
        }
        catch (AmazonS3Exception missing) when (S3Errors.IsMissing(missing))
        {
            return null;
        }
    });

    private async Task<GetObjectResponse> GetAsync(string hash, CancellationToken ct)
    {
        try
        {
            return await _errors.CallAsync(() => _client.GetObjectAsync(_location.Bucket, _location.KeyOf(BlobName.Checked(hash)), ct));
        }
        catch (AmazonS3Exception missing) when (missing.StatusCode == HttpStatusCode.NotFound)
        {
            throw BlobErrors.Missing(hash);
        }
    }

    private Task<bool> PutAsync(string hash, Stream content, CancellationToken ct) => _errors.CallAsync(async () =>
    {
        await new S3Upload(_client, _location.Bucket, _location.KeyOf(hash)).RunAsync(content, ct);
        return true;
    });

    private static DateTimeOffset Written(DateTime? modified) =>
        modified is { } time ? new DateTimeOffset(time.ToUniversalTime(), TimeSpan.Zero) : DateTimeOffset.MaxValue;
}
