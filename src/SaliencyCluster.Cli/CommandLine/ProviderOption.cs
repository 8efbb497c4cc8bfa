using System.CommandLine;

namespace SaliencyCluster.Cli.CommandLine;

/// <summary><c>--provider</c>: what evaluates the network in this process.</summary>
internal sealed class ProviderOption : Option<string>
{
    public ProviderOption() : base("--provider")
    {
        Description = "What evaluates the network in this process: cpu, cuda or tensorrt (GPUs need a build with -p:OnnxRuntimeFlavor=Gpu).";
        HelpName = "NAME";
        DefaultValueFactory = _ => "cpu";
    }
}
