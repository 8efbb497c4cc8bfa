using System.CommandLine;
using SaliencyCluster.Client;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Cli.Connection;

/// <summary><c>--endpoint</c>: which gateway a command talks to.</summary>
internal sealed class EndpointOption : Option<string>
{
    /// <summary>The environment variable that stands in for the option.</summary>
    public const string Variable = "SALIENCY_ENDPOINT";

    private const string Default = "http://127.0.0.1:50051";

    public EndpointOption() : base("--endpoint")
    {
        Description = $"gRPC address of the gateway. Default: ${Variable}, else {Default}.";
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } set ? set : Default;
    }

    /// <summary>Opens a connection, with the API key and the authorities that were given.</summary>
    /// <exception cref="SaliencyException">SAL2515: not an address. SAL2510, SAL2516: the authority's file.</exception>
    public SaliencyClient Connect(ParseResult arguments, TimeProvider clock)
    {
        var text = arguments.GetRequiredValue(this);
        return Uri.TryCreate(text, UriKind.Absolute, out var endpoint) && endpoint.Scheme is "http" or "https"
            ? new SaliencyClient(endpoint, new SaliencyClientOptions
            {
                Clock = clock,
                ApiKey = AccessOptions.Key(arguments),
                Authorities = AccessOptions.Authorities(arguments),
            })
            : throw new SaliencyException("SAL2515", $"The endpoint '{text}' is not an address.", $"Give one such as {Default}");
    }
}
