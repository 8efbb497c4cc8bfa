namespace SaliencyCluster.Chart.Tests.Charts;

/// <summary>A committed file that tests write: compared, or written anew with SALIENCY_UPDATE_DOCS=1.</summary>
internal static class Written
{
    public static void Check(string path, string text)
    {
        if (Environment.GetEnvironmentVariable("SALIENCY_UPDATE_DOCS") == "1") File.WriteAllText(path, text);
        Assert.True(File.Exists(path), $"{path} is missing; SALIENCY_UPDATE_DOCS=1 writes it.");
        Assert.Equal(text, File.ReadAllText(path));
    }
}
