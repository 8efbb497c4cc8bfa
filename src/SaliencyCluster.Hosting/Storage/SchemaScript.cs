using System.Reflection;

namespace SaliencyCluster.Hosting.Storage;

/// <summary>The SQL scripts inside this assembly.</summary>
internal static class SchemaScript
{
    public static string Read(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The script {name} is not in the assembly.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
