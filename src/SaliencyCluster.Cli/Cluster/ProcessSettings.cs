using Microsoft.Extensions.Configuration;

namespace SaliencyCluster.Cli.Cluster;

/// <summary>What is set for a process that is part of a cluster; whatever is null is left to appsettings.json and the environment.</summary>
internal sealed record ProcessSettings
{
    /// <summary>Gets the folder of database and blobs.</summary>
    public string? Data { get; init; }

    /// <summary>Gets the address to listen on.</summary>
    public string? Address { get; init; }

    /// <summary>Gets the port of gRPC.</summary>
    public int? GrpcPort { get; init; }

    /// <summary>Gets the port of REST and the home page.</summary>
    public int? HttpPort { get; init; }

    /// <summary>Gets the port of metrics and health.</summary>
    public int? MetricsPort { get; init; }

    /// <summary>Gets the certificate's PEM file.</summary>
    public string? Certificate { get; init; }

    /// <summary>Gets the key's PEM file.</summary>
    public string? CertificateKey { get; init; }

    /// <summary>Gets the file of API keys.</summary>
    public string? KeysFile { get; init; }

    /// <summary>Gets whether other hosts may connect without TLS or without keys.</summary>
    public bool? Insecure { get; init; }

    /// <summary>Gets how many micro-batches a worker evaluates at the same time.</summary>
    public int? Lanes { get; init; }

    /// <summary>Lays the settings over a configuration.</summary>
    public void AddTo(IConfigurationBuilder configuration) => configuration.AddInMemoryCollection(Pairs().Where(p => p.Value is not null));

    private IEnumerable<KeyValuePair<string, string?>> Pairs() =>
    [
        new("Saliency:Cluster:DataDirectory", Data),
        new("Saliency:Cluster:MetricsPort", MetricsPort?.ToString()),
        new("Saliency:Gateway:Address", Address),
        new("Saliency:Gateway:GrpcPort", GrpcPort?.ToString()),
        new("Saliency:Gateway:HttpPort", HttpPort?.ToString()),
        new("Saliency:Gateway:Certificate", Certificate),
        new("Saliency:Gateway:CertificateKey", CertificateKey),
        new("Saliency:Gateway:KeysFile", KeysFile),
        new("Saliency:Gateway:Insecure", Insecure?.ToString()),
        new("Saliency:Device:Lanes", Lanes?.ToString()),
    ];
}
