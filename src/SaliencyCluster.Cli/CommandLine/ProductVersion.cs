using System.Reflection;

namespace SaliencyCluster.Cli.CommandLine;

/// <summary>The version of this program, without what names a build.</summary>
internal static class ProductVersion
{
    public static string Text { get; } =
        typeof(ProductVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
}
