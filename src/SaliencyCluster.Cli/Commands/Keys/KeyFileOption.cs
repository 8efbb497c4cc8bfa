using System.CommandLine;

namespace SaliencyCluster.Cli.Commands.Keys;

/// <summary><c>--file</c>: where the keys are.</summary>
internal sealed class KeyFileOption : Option<string>
{
    public KeyFileOption() : base("--file")
    {
        Description = "The file of keys that the gateway reads (Saliency:Gateway:KeysFile, or serve --keys).";
        Required = true;
        HelpName = "FILE";
    }
}
