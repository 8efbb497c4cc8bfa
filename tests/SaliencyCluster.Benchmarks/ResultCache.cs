using System.Text.Json;

namespace SaliencyCluster.Benchmarks;

/// <summary>Results on disk, one file each, so that a long run can be stopped and goes on.</summary>
internal static class ResultCache
{
    public static bool Has(string folder, string key) => File.Exists(FileOf(folder, key));

    public static void Write<T>(string folder, string key, T result)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(FileOf(folder, key) + ".part", JsonSerializer.Serialize(result, JsonSerializerOptions.Web));
        File.Move(FileOf(folder, key) + ".part", FileOf(folder, key), overwrite: true);
    }

    public static IReadOnlyList<T> All<T>(string folder, string kind) =>
        [.. Directory.GetFiles(folder, $"{kind}-*.json").Order(StringComparer.Ordinal).Select(f => JsonSerializer.Deserialize<T>(File.ReadAllText(f), JsonSerializerOptions.Web)!)];

    private static string FileOf(string folder, string key) => Path.Combine(folder, key + ".json");
}
