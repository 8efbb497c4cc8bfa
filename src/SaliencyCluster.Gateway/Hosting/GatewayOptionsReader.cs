using System.Net;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Gateway.Hosting;

/// <summary>Reads <see cref="GatewayOptions"/> and finds every mistake in them at once, before anything starts.</summary>
public static class GatewayOptionsReader
{
    /// <summary>Reads the section; keys that do not exist are mistakes.</summary>
    /// <exception cref="SaliencyException">SAL9021: names every wrong key, its value and its range. SAL9020, SAL9024: as <see cref="Checked"/>.</exception>
    public static GatewayOptions Read(IConfiguration configuration)
    {
        try
        {
            var section = configuration.GetSection(GatewayOptions.Section);
            return Checked(section.Get<GatewayOptions>(binder => binder.ErrorOnUnknownConfiguration = true) ?? new());
        }
        catch (InvalidOperationException error)
        {
            throw new SaliencyException("SAL9021", $"The section {GatewayOptions.Section} cannot be read: {error.Message}",
                "Correct the configuration (appsettings.json, environment or command line) and start again.", error);
        }
    }

    /// <summary>Checks options that were made by hand.</summary>
    /// <exception cref="SaliencyException">SAL9021: values out of range. SAL9020, SAL9024: other hosts could connect
    /// without TLS, or without a key.</exception>
    public static GatewayOptions Checked(GatewayOptions options)
    {
        var errors = Errors(options).ToList();
        if (errors.Count > 0)
            throw new SaliencyException("SAL9021", string.Join(' ', errors), "Correct the configuration (appsettings.json, environment or command line) and start again.");
        var address = ListenAddress(options);
        if (IPAddress.IsLoopback(address) || options.Insecure) return options;
        if (options.Certificate is null)
        {
            throw new SaliencyException("SAL9020", $"The gateway would listen on {address} without TLS, so that anyone on the network could read and use it.",
                "Give it a certificate (--certificate FILE --certificate-key FILE), keep it on this host (--address 127.0.0.1), or accept the risk: --insecure");
        }
        if (!options.AsksWhoCalls)
        {
            throw new SaliencyException("SAL9024", $"The gateway would listen on {address} without API keys or tokens, so that "
                + $"anyone on the network could use it.",
                "Give it keys (--keys FILE, made by: saliency keys create) or an identity provider (Saliency:Gateway:Tokens), keep "
                    + "it on this host (--address 127.0.0.1), or accept the risk: --insecure");
        }
        return options;
    }

    /// <summary>Gets the address to listen on.</summary>
    internal static IPAddress ListenAddress(GatewayOptions options) =>
        options.Address == "any" ? IPAddress.IPv6Any : IPAddress.Parse(options.Address == "localhost" ? "127.0.0.1" : options.Address);

    private static IEnumerable<string> Errors(GatewayOptions o)
    {
        if (o.Address is not ("any" or "localhost") && !IPAddress.TryParse(o.Address, out _))
            yield return Error("Address", $"'{o.Address}'", "an IP address, 'localhost' or 'any'");
        if (o.GrpcPort is < 0 or > 65535) yield return Error("GrpcPort", o.GrpcPort, "from 0 to 65535");
        if (o.HttpPort is < 0 or > 65535) yield return Error("HttpPort", o.HttpPort, "from 0 to 65535");
        if (o.GrpcPort != 0 && o.GrpcPort == o.HttpPort) yield return Error("HttpPort", o.HttpPort, "another port than GrpcPort");
        if (o.Certificate is null != o.CertificateKey is null)
            yield return Error(o.Certificate is null ? "Certificate" : "CertificateKey", "missing", "given together with the other of the two");
        foreach (var file in new[] { o.Certificate, o.CertificateKey })
            if (file is not null && !File.Exists(file)) yield return Error(file == o.Certificate ? "Certificate" : "CertificateKey", $"'{file}'", "a file that exists");
        if (o.AllowedHosts.Count > 100) yield return Error("AllowedHosts", $"{o.AllowedHosts.Count} names", "at most 100");
        foreach (var host in o.AllowedHosts.Where(h => !BrowserHosts.IsName(h)))
            yield return Error("AllowedHosts", $"'{host}'", "a host name or IP address without a port, such as saliency.example or *.example");
        foreach (var (key, value, range) in o.Tokens?.Mistakes() ?? []) yield return Error($"Tokens:{key}", value, range);
        var l = o.Limits;
        if (l.MaxModelBytes is < 1 or > int.MaxValue) yield return Error("Limits:MaxModelBytes", l.MaxModelBytes, "from 1 to 2147483647");
        if (l.MaxModelPeakBytes is < 1 << 20 or > 1L << 40) yield return Error("Limits:MaxModelPeakBytes", l.MaxModelPeakBytes, "from 1048576 to 1099511627776");
        if (l.MaxModelOperations is < 1_000_000 or > 1_000_000_000_000_000) yield return Error("Limits:MaxModelOperations", l.MaxModelOperations, "from 1000000 to 1000000000000000");
        if (l.MaxImageBytes is < 1 or > 1 << 30) yield return Error("Limits:MaxImageBytes", l.MaxImageBytes, "from 1 to 1073741824");
        if (l.MaxEvaluationBytes is < 1 or > 17_179_869_184) yield return Error("Limits:MaxEvaluationBytes", l.MaxEvaluationBytes, "from 1 to 17179869184");
        if (l.MaxImagesPerJob is < 1 or > 10_000_000) yield return Error("Limits:MaxImagesPerJob", l.MaxImagesPerJob, "from 1 to 10000000");
        if (l.MaxComparedMethods is < 1 or > 1000) yield return Error("Limits:MaxComparedMethods", l.MaxComparedMethods, "from 1 to 1000");
        if (l.MaxComparedModels is < 1 or > 1000) yield return Error("Limits:MaxComparedModels", l.MaxComparedModels, "from 1 to 1000");
        if (l.MaxCallsPerSecond is < 1 or > 1_000_000) yield return Error("Limits:MaxCallsPerSecond", l.MaxCallsPerSecond, "from 1 to 1000000");
        if (l.MaxOpenCalls is < 1 or > 1_000_000) yield return Error("Limits:MaxOpenCalls", l.MaxOpenCalls, "from 1 to 1000000");
        if (l.MaxOpenCallsOfAll is < 1 or > 10_000_000)
            yield return Error("Limits:MaxOpenCallsOfAll", l.MaxOpenCallsOfAll, "from 1 to 10000000");
        if (l.MaxCallBytes is < 1 << 20 or > 1L << 40)
            yield return Error("Limits:MaxCallBytes", l.MaxCallBytes, "from 1048576 to 1099511627776");
        if (l.MaxModels is < 1 or > 100_000) yield return Error("Limits:MaxModels", l.MaxModels, "from 1 to 100000");
        if (l.MaxSpooledBytes is { } spooled && (spooled < l.MaxModelBytes || spooled > 1L << 40))
            yield return Error("Limits:MaxSpooledBytes", spooled, $"from {l.MaxModelBytes} (MaxModelBytes) to 1099511627776");
        if (l.MaxLivePoints is < 0 or > 1_000_000_000) yield return Error("Limits:MaxLivePoints", l.MaxLivePoints, "from 0 to 1000000000");
        if (l.InferencePatience < TimeSpan.FromMilliseconds(10) || l.InferencePatience > TimeSpan.FromHours(1))
            yield return Error("Limits:InferencePatience", l.InferencePatience, "from 00:00:00.010 to 01:00:00");
        if (l.MaxConcurrentUploads is < 1 or > 64) yield return Error("Limits:MaxConcurrentUploads", l.MaxConcurrentUploads, "from 1 to 64");
    }

    private static string Error(string key, object value, string range) => $"{GatewayOptions.Section}:{key} is {value}; it must be {range}.";
}
