using System.CommandLine;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SaliencyCluster.Cli.Inputs;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Cli.Connection;

/// <summary><c>--api-key</c> and <c>--ca</c>, on every command that has <c>--endpoint</c>.</summary>
internal static class AccessOptions
{
    private const string KeyVariable = "SALIENCY_API_KEY", AuthorityVariable = "SALIENCY_CA";

    private static readonly Option<string?> ApiKey = new("--api-key")
    {
        Description = $"API key for the gateway. Default: ${KeyVariable}, which other users of this host cannot see.",
        HelpName = "KEY",
    };

    private static readonly Option<string?> Authority = new("--ca")
    {
        Description = $"PEM file of the authority that signed the gateway's certificate. Default: ${AuthorityVariable}, else the system's.",
        HelpName = "FILE",
    };

    /// <summary>Adds both beside every <see cref="EndpointOption"/>.</summary>
    public static void AddTo(Command command)
    {
        foreach (var each in command.Subcommands) AddTo(each);
        if (!command.Options.OfType<EndpointOption>().Any()) return;
        command.Add(ApiKey);
        command.Add(Authority);
    }

    /// <summary>Reads the key; null where none was given.</summary>
    public static string? Key(ParseResult arguments) => Given(arguments, ApiKey, KeyVariable);

    /// <summary>Reads the authorities; null for those of the system.</summary>
    /// <exception cref="SaliencyException">SAL2510: no such file. SAL2516: no certificate in it.</exception>
    public static X509Certificate2Collection? Authorities(ParseResult arguments)
    {
        if (Given(arguments, Authority, AuthorityVariable) is not { } path) return null;
        if (!File.Exists(path)) throw InputErrors.NoSuchFile("certificate", path);
        var found = new X509Certificate2Collection();
        try
        {
            found.ImportFromPemFile(path);
        }
        catch (CryptographicException error)
        {
            throw NoCertificate(path, error);
        }
        return found.Count > 0 ? found : throw NoCertificate(path, null);
    }

    private static SaliencyException NoCertificate(string path, Exception? cause) =>
        new("SAL2516", $"The file '{path}' holds no certificate in PEM form.", "Give the certificate of the authority: it begins with -----BEGIN CERTIFICATE-----", cause);

    private static string? Given(ParseResult arguments, Option<string?> option, string variable) =>
        arguments.GetValue(option) is { Length: > 0 } given ? given : Environment.GetEnvironmentVariable(variable) is { Length: > 0 } set ? set : null;
}
