using System.CommandLine;

namespace SaliencyCluster.Cli.Commands.Keys;

/// <summary><c>saliency keys</c>: the API keys of a gateway, in a file beside it. A new one is one new line.</summary>
internal static class KeysCommand
{
    public static Command Create(CliHost host) => new("keys", "Make, list and revoke the API keys of a gateway.")
    {
        new KeysCreateCommand(host),
        new KeysListCommand(host),
        new KeysRevokeCommand(host),
    };
}
