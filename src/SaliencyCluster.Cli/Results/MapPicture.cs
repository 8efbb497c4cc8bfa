using SaliencyCluster.Attribution.Methods;

namespace SaliencyCluster.Cli.Results;

/// <summary>What the pictures of a method have in common.</summary>
internal static class MapPicture
{
    /// <summary>Gets whether negative values of a method mean evidence against the target.</summary>
    public static bool IsSigned(string method) => MethodCatalog.Find(method)?.Description.Signed ?? true;
}
