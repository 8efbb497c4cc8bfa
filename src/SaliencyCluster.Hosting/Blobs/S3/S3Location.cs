using System.Text.RegularExpressions;

namespace SaliencyCluster.Hosting.Blobs.S3;

/// <summary>A place in an object store: <c>s3://bucket/prefix</c>, of which the prefix may be missing.</summary>
internal sealed partial record S3Location(string Bucket, string Prefix)
{
    public const string Scheme = "s3://";

    public static bool IsS3(string? blobs) => blobs?.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) == true;

    /// <summary>Reads a location; null when it is none.</summary>
    public static S3Location? TryParse(string text)
    {
        if (!IsS3(text)) return null;
        var (bucket, prefix) = text[Scheme.Length..].Split('/', 2) is [var b, var p] ? (b, p.Trim('/')) : (text[Scheme.Length..], "");
        return BucketName().IsMatch(bucket) && KeyPrefix().IsMatch(prefix) ? new(bucket, prefix) : null;
    }

    /// <summary>Gets the key of a blob.</summary>
    public string KeyOf(string hash) => $"{Folder}{hash[..2]}/{hash}";

    /// <summary>Gets what the keys of all blobs begin with.</summary>
    public string Folder => Prefix.Length == 0 ? "" : Prefix + "/";

    public override string ToString() => $"{Scheme}{Bucket}/{Prefix}";

    [GeneratedRegex(@"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\z")]
    private static partial Regex BucketName();

    [GeneratedRegex(@"^[A-Za-z0-9!_.*'()/-]{0,200}\z")]
    private static partial Regex KeyPrefix();
}
