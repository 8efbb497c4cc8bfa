using System.CommandLine;

namespace SaliencyCluster.Cli.Connection;

/// <summary><c>--tenant</c>: whose work it is.</summary>
internal sealed class TenantOption : Option<string>
{
    public TenantOption() : base("--tenant")
    {
        Description = "Whose it is, for the role admin. Default: the tenant of the API key.";
        HelpName = "T";
        DefaultValueFactory = _ => "";
    }
}
