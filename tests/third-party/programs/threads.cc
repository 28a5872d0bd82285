// threads.cc: C++: threads, futures, exceptions, regular expressions, streams, file systems. libs: -lpthread
#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <future>
#include <iostream>
#include <map>
#include <mutex>
#include <regex>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

int main()
{
	std::atomic<int> sum{0};
	std::vector<std::thread> threads;
	for (int i = 0; i < 8; i++)
		threads.emplace_back([&, i] { for (int j = 0; j < 1000; j++) sum += i; });
	for (auto &thread : threads)
		thread.join();
	std::cout << "sum " << sum << "\n";
	auto later = std::async(std::launch::async, [] { std::this_thread::sleep_for(std::chrono::milliseconds(10)); return 7; });
	std::cout << "future " << later.get() << "\n";
	auto bad = std::async(std::launch::async, []() -> int { throw std::runtime_error("thrown in a thread"); });
	try {
		bad.get();
	} catch (const std::exception &error) {
		std::cout << error.what() << "\n";
	}
	std::mutex mutex;
	std::condition_variable condition;
	bool ready = false;
	std::thread other([&] { std::lock_guard<std::mutex> lock(mutex); ready = true; condition.notify_one(); });
	{
		std::unique_lock<std::mutex> lock(mutex);
		condition.wait_for(lock, std::chrono::seconds(5), [&] { return ready; });
	}
	other.join();
	std::cout << "ready " << ready << "\n";
	std::string text = "one two three";
	std::cout << std::regex_replace(text, std::regex("(\\w+) (\\w+)"), "$2 $1") << "\n";
	std::map<std::string, int> counts;
	std::istringstream words("b a b c a b");
	for (std::string word; words >> word;)
		counts[word]++;
	for (auto &[word, count] : counts)
		std::cout << word << "=" << count << " ";
	std::cout << "\n";
	namespace fs = std::filesystem;
	fs::create_directories("deep/er/still");
	std::ofstream("deep/file") << "content";
	fs::copy("deep/file", "deep/er/copy");
	fs::rename("deep/er/copy", "deep/er/moved");
	std::vector<std::string> names;
	for (auto &entry : fs::recursive_directory_iterator("deep"))
		names.push_back(entry.path().string());
	std::sort(names.begin(), names.end());
	for (auto &name : names)
		std::cout << name << "\n";
	std::cout << fs::file_size("deep/er/moved") << " " << fs::remove_all("deep") << "\n";
	try {
		fs::file_size("none");
	} catch (const fs::filesystem_error &error) {
		std::cout << error.code().message() << "\n";
	}
	thread_local int mine = 5;
	std::thread([] { mine = 6; }).join();
	std::cout << "mine " << mine << "\n";
}
