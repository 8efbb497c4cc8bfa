namespace SaliencyCluster.Hosting.Blobs.S3;

/// <summary>How an S3-compatible object store is reached. Keys come from <c>AWS_ACCESS_KEY_ID</c> and <c>AWS_SECRET_ACCESS_KEY</c>
/// or another source of the AWS SDK's standard chain; they are never part of the configuration.</summary>
public sealed record S3Settings
{
    /// <summary>Gets the address of the store.</summary>
    /// <value>Such as <c>http://minio:9000</c>. The default is Amazon's address of <see cref="Region"/>.</value>
    public string? Endpoint { get; init; }

    /// <summary>Gets the region.</summary>
    /// <value>Such as <c>eu-central-1</c>. The default is <c>us-east-1</c>, which most other stores accept too.</value>
    public string Region { get; init; } = "us-east-1";

    /// <summary>Gets whether the bucket is part of the path instead of the host name.</summary>
    /// <value>The default is true where <see cref="Endpoint"/> is given, as MinIO, Ceph and others want it, and false for Amazon.</value>
    public bool? PathStyle { get; init; }

    internal bool UsesPathStyle => PathStyle ?? Endpoint is not null;
}
