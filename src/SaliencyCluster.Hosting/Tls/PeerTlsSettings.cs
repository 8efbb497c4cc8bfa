namespace SaliencyCluster.Hosting.Tls;

/// <summary>How processes of the cluster prove to each other that they belong to it: mutual TLS on the silo port.</summary>
public sealed record PeerTlsSettings
{
    /// <summary>Gets the file of this process's certificate.</summary>
    /// <value>PEM: the certificate, for servers and clients, then those between it and its authority. The default is none.</value>
    public string? Certificate { get; init; }

    /// <summary>Gets the file of the certificate's private key.</summary>
    /// <value>PEM, unencrypted; no other account may read it. The default is none.</value>
    public string? CertificateKey { get; init; }

    /// <summary>Gets the file of the authorities whose certificates are the cluster's. Whoever has a certificate of theirs (with <see cref="PeerName"/>, where that is
    /// set) is let in: an authority for this cluster alone is best.</summary>
    /// <value>PEM: one or more certificates; both the old and the new one while an authority is changed. The default is none.</value>
    public string? Authorities { get; init; }

    /// <summary>Gets the DNS name that every certificate of the cluster holds; for authorities that issue others too.</summary>
    /// <value>A DNS name such as <c>saliency-silo</c>. The default is none: every certificate of the authorities will do.</value>
    public string? PeerName { get; init; }

    /// <summary>Gets whether a process without a certificate is refused.</summary>
    /// <value>The default is true for <c>cluster</c> storage and for addresses beyond loopback, and false else. False lets in whoever reaches the silo port.</value>
    public bool? Required { get; init; }

    /// <summary>Gets whether traffic between processes is encrypted and authenticated.</summary>
    public bool IsOn => Certificate is not null || CertificateKey is not null || Authorities is not null;
}
