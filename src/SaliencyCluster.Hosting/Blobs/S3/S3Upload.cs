using Amazon.S3;
using Amazon.S3.Model;

namespace SaliencyCluster.Hosting.Blobs.S3;

/// <summary>Uploads one object; a large one in parts, which become an object only when all are there.</summary>
internal sealed class S3Upload(IAmazonS3 client, string bucket, string key)
{
    private const int PartBytes = 16 << 20;

    /// <summary>Uploads a stream that can go back, for repeated attempts; the stream stays open.</summary>
    public async Task RunAsync(Stream content, CancellationToken ct)
    {
        // Without chunked encoding: other stores understand it in part, and would keep the chunks' headers in the object.
        if (content.Length <= PartBytes)
            await client.PutObjectAsync(new() { BucketName = bucket, Key = key, InputStream = content, AutoCloseStream = false, UseChunkEncoding = false }, ct);
        else await InPartsAsync(content, ct);
    }

    private async Task InPartsAsync(Stream content, CancellationToken ct)
    {
        var upload = (await client.InitiateMultipartUploadAsync(new() { BucketName = bucket, Key = key }, ct)).UploadId;
        try
        {
            var parts = new List<PartETag>();
            for (var number = 1; content.Position < content.Length; number++)
            {
                var part = await client.UploadPartAsync(
                    new()
                    {
                        BucketName = bucket,
                        Key = key,
                        UploadId = upload,
                        PartNumber = number,
                        PartSize = Math.Min(PartBytes, content.Length - content.Position),
                        InputStream = content,
                        UseChunkEncoding = false,
                    },
                    ct);
                parts.Add(new(number, part.ETag));
            }
            await client.CompleteMultipartUploadAsync(new() { BucketName = bucket, Key = key, UploadId = upload, PartETags = parts }, ct);
        }
        catch
        {
            // Parts without an object cost room until the bucket's own rules remove them; the failure that led here is the one to tell.
            Task abort = client.AbortMultipartUploadAsync(bucket, key, upload, CancellationToken.None);
            await abort.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }
    }
}
