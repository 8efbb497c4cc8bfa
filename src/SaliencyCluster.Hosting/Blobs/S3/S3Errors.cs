using System.Net;
using Amazon.Runtime;
using Amazon.S3;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Hosting.Blobs.S3;

/// <summary>Turns what the object store answers into coded errors, in one place.</summary>
internal sealed class S3Errors(S3Location location, string endpoint)
{
    /// <summary>Gets whether an error says that there is no such object.</summary>
    public static bool IsMissing(Exception error) =>
        error is AmazonS3Exception { StatusCode: HttpStatusCode.NotFound } missing && missing.ErrorCode is not "NoSuchBucket";

    /// <summary>Gets whether an error is about the store, and not a fault of this program.</summary>
    public static bool Is(Exception error) => error is AmazonClientException or AmazonServiceException or HttpRequestException or IOException
        or TimeoutException or TaskCanceledException { InnerException: TimeoutException };

    public SaliencyException Of(Exception error) => error switch
    {
        AmazonS3Exception { ErrorCode: "NoSuchBucket" } => new("SAL9106", $"There is no bucket '{location.Bucket}' at {endpoint}.",
            "Create the bucket, or correct Saliency:Cluster:Blobs and Saliency:Cluster:S3:Endpoint.", error),
        AmazonS3Exception { StatusCode: HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized } s3 => new("SAL9107",
            $"The object store {endpoint} denies access to {location}: {s3.ErrorCode}: {s3.Message}",
            "Give keys that may list, read, write and delete there (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY), and check the region.", error),
        AmazonServiceException service => BlobErrors.NotReachable($"{location} at {endpoint}", $"{service.ErrorCode}: {service.Message}", error),
        // Without a response of the store, so it is about the keys or the connection.
        AmazonClientException { InnerException: null } client => new("SAL9107", $"There are no keys for the object store {endpoint}: {client.Message}",
            "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or another source of the AWS SDK.", error),
        _ => BlobErrors.NotReachable($"{location} at {endpoint}", (error.InnerException ?? error).Message, error),
    };

    /// <summary>Makes the error of an object whose bytes stopped coming.</summary>
    public SaliencyException OfReading(string hash, Exception error) =>
        // The SDK compares with the store's MD5, where there is one, before we see the end.
        error is AmazonClientException && error.Message.Contains("hash", StringComparison.OrdinalIgnoreCase)
            ? BlobErrors.Damaged(hash)
            : BlobErrors.NotReachable($"{location} at {endpoint}", error.Message, error);

    /// <summary>Makes a call and turns its errors into coded ones.</summary>
    public async Task<T> CallAsync<T>(Func<Task<T>> call)
    {
        try
        {
            return await call();
        }
        catch (Exception error) when (Is(error) && !IsMissing(error))
        {
            throw Of(error);
        }
    }
}
